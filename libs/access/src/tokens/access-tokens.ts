import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import type { Actor, Clock } from '#event-sourcing';
import { Authenticators, Unauthenticated, type Authenticator } from '#platform';
import { SECURITY_CLOCK } from '../security-clock.js';
import { UserDirectory } from '../users/user-directory.js';
import type { SigningKey } from './signing-key.js';
import { TokenCache } from './token-cache.js';
import { issuerOf, rejected } from './token-errors.js';

/** How long an access token is valid, in seconds. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** Who issues our tokens and for whom. */
export interface AccessTokenSettings {
  readonly signingKey: SigningKey;
  readonly issuer: string;
  readonly audience: string;
}

/** Injection token of the `AccessTokenSettings`. */
export const ACCESS_TOKEN_SETTINGS = Symbol('AccessTokenSettings');

/** Our own access tokens (JWT): says who, for an hour; what they may do is read from the user's record. */
@Injectable()
export class AccessTokens implements Authenticator, OnModuleInit {
  readonly accepts = 'bearer-token';
  private readonly verified: TokenCache<{ readonly username: string }>;

  constructor(
    @Inject(ACCESS_TOKEN_SETTINGS) private readonly settings: AccessTokenSettings,
    @Inject(UserDirectory) private readonly users: UserDirectory,
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(SECURITY_CLOCK) private readonly clock: Clock,
  ) {
    this.verified = new TokenCache(clock);
  }

  onModuleInit(): void {
    this.authenticators.add(this);
  }

  /** A token for a user who has just proven who they are. */
  issue(username: string): Promise<string> {
    const { signingKey, issuer, audience } = this.settings;
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: signingKey.algorithm, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(username)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(signingKey.sign);
  }

  /** The user's actor; undefined for a token of another issuer. Throws `Unauthenticated`, and what the store throws. */
  authenticate(token: string): Actor | undefined | Promise<Actor | undefined> {
    const known = this.verified.get(token);
    if (!known) return issuerOf(token) === this.settings.issuer ? this.verify(token) : undefined;
    const actor = this.users.actor(known.username);
    return actor instanceof Promise ? actor.then(active) : active(actor);
  }

  private async verify(token: string): Promise<Actor> {
    const { signingKey, issuer, audience } = this.settings;
    const { payload } = await jwtVerify(token, signingKey.verify, {
      algorithms: [signingKey.algorithm],
      issuer,
      audience,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub'],
      currentDate: this.clock.now(),
    }).catch(rejected);
    const username = payload.sub ?? '';
    this.verified.remember(token, payload, { username });
    return active(await this.users.actor(username));
  }
}

const active = (actor: Actor | undefined): Actor => {
  if (!actor) throw new Unauthenticated('the user may not log in', 'invalid_token');
  return actor;
};
