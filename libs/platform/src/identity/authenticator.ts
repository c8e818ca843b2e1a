import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '#event-sourcing';
import { Unauthenticated } from '../problems/http-problem.js';

/** What a request shows to prove who sends it. */
export interface Credentials {
  readonly kind: 'api-key' | 'bearer-token';
  readonly value: string;
}

/** API keys begin with this, so that one can be told from a token and found by secret scanners. */
export const API_KEY_PREFIX = 'ptl_';

/** The longest credentials that are looked at, in characters. */
const MAX_LENGTH = 8192;

/**
 * Proves who somebody is. Answers the actor, or undefined for credentials that another may know (a token of another issuer); throws
 * `Unauthenticated` for credentials that are its own to judge and prove nothing, `StoreUnavailable` when it cannot tell now.
 */
export interface Authenticator {
  readonly accepts: Credentials['kind'];
  authenticate(value: string): Actor | undefined | Promise<Actor | undefined>;
}

/** All ways to log in. A part that knows one adds it when it starts. */
@Injectable()
export class Authenticators {
  private readonly authenticators: Authenticator[] = [];

  add(authenticator: Authenticator): void {
    this.authenticators.push(authenticator);
  }

  /** Who sends a request with these headers; throws `Unauthenticated` (also if there are no credentials) and what authenticators throw. */
  async authenticate(headers: IncomingHttpHeaders): Promise<Actor> {
    const credentials = credentialsOf(headers);
    for (const authenticator of this.authenticators) {
      if (authenticator.accepts !== credentials.kind) continue;
      const found = authenticator.authenticate(credentials.value);
      // What is known from before is answered at once: most requests repeat their credentials.
      const actor = found instanceof Promise ? await found : found;
      if (actor) return actor;
    }
    throw new Unauthenticated(`nobody knows this ${credentials.kind}`, 'invalid_token');
  }
}

/** The credentials in `Authorization: Bearer …` or `X-Api-Key`; throws `Unauthenticated` for none, several, or another scheme. */
export const credentialsOf = (headers: IncomingHttpHeaders): Credentials => {
  const apiKey = headers['x-api-key'];
  const { authorization } = headers;
  if (apiKey !== undefined && authorization !== undefined) throw new Unauthenticated('credentials in two headers', 'invalid_request');
  if (typeof apiKey === 'string') return credentials('api-key', apiKey);
  if (authorization === undefined) throw new Unauthenticated('no credentials');
  const token = /^Bearer ([\w~+/.-]+=*)$/i.exec(authorization.slice(0, MAX_LENGTH + 8))?.[1];
  if (token === undefined) throw new Unauthenticated('not a bearer token', 'invalid_request');
  return credentials(token.startsWith(API_KEY_PREFIX) ? 'api-key' : 'bearer-token', token);
};

const credentials = (kind: Credentials['kind'], value: string): Credentials => {
  if (value.length > MAX_LENGTH) throw new Unauthenticated('credentials too long', 'invalid_request');
  return { kind, value };
};
