import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Actor, Clock } from '#event-sourcing';
import { Authenticators, Unauthenticated, type Authenticator } from '#platform';
import { SECURITY_CLOCK } from '../security-clock.js';
import { RecentRecords } from '../secrets/recent-records.js';
import { SecretHasher } from '../secrets/secret-hasher.js';
import { ApiKeyRecords, type ApiKeyRecord } from './api-key-records.js';
import { digestOf, parseApiKey, type ApiKeyParts } from './api-key-text.js';

/** How long a proof by argon2 is remembered, in milliseconds; a revoked key is refused long before by its record. */
const PROOF_AGE_MS = 60_000;
const MAX_PROOFS = 20_000;

/** The hash a key was proven to have, or that it has not the hash of its record. */
type Proof = { readonly hash: string; readonly matches: boolean };

interface Known {
  readonly record: ApiKeyRecord;
  readonly actor: Actor;
}

/**
 * Lets in who shows an API key. argon2 runs once a minute and key; the record is read anew every two seconds, so that a revocation by any process
 * is obeyed by all within these; a key id that nobody has costs one read and no argon2.
 */
@Injectable()
export class ApiKeyAuthenticator implements Authenticator, OnModuleInit {
  readonly accepts = 'api-key';
  private readonly known: RecentRecords<Known>;
  private readonly proofs: LRUCache<string, Proof>;
  private readonly verifying = new Map<string, Promise<boolean>>();

  constructor(
    @Inject(ApiKeyRecords) records: ApiKeyRecords,
    @Inject(SecretHasher) private readonly hasher: SecretHasher,
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(SECURITY_CLOCK) clock: Clock,
  ) {
    this.known = new RecentRecords(async (keyId) => knownFrom(await records.find(keyId)), clock);
    this.proofs = new LRUCache({ max: MAX_PROOFS, ttl: PROOF_AGE_MS, ttlResolution: 0, perf: { now: () => clock.now().getTime() } });
  }

  onModuleInit(): void {
    this.authenticators.add(this);
  }

  /** The actor at once for a key seen lately, else by record and argon2. Throws `Unauthenticated`, and what the store throws. */
  authenticate(key: string): Actor | Promise<Actor> {
    const parts = parseApiKey(key);
    if (!parts) throw refused('not of the form of an API key');
    const digest = digestOf(key);
    const known = this.known.recent(parts.keyId);
    const proof = this.proofs.get(digest);
    return known && proof ? judge(known.item, proof) : this.prove(parts, digest);
  }

  /** Makes this process obey a change it has just made. */
  forget(keyId: string): void {
    this.known.forget(keyId);
  }

  private async prove({ keyId, secret }: ApiKeyParts, digest: string): Promise<Actor> {
    const known = await this.known.read(keyId);
    if (!known || known.record.revokedAt) throw refused('unknown or revoked');
    const { hash } = known.record;
    let proof = this.proofs.get(digest);
    if (proof?.hash !== hash) {
      proof = { hash, matches: await this.verifyOnce(digest, secret, hash) };
      this.proofs.set(digest, proof);
    }
    return judge(known, proof);
  }

  /** Requests of one key that arrive together share one argon2. */
  private verifyOnce(digest: string, secret: string, hash: string): Promise<boolean> {
    const key = `${digest} ${hash}`;
    const underWay = this.verifying.get(key);
    if (underWay) return underWay;
    const verification = this.hasher.verify(secret, hash).finally(() => this.verifying.delete(key));
    this.verifying.set(key, verification);
    return verification;
  }
}

const judge = (known: Known | undefined, { hash, matches }: Proof): Actor => {
  if (!known || known.record.revokedAt) throw refused('unknown or revoked');
  if (!matches || known.record.hash !== hash) throw refused('wrong secret');
  return known.actor;
};

const knownFrom = (record: ApiKeyRecord | undefined): Known | undefined =>
  record && { record, actor: Object.freeze({ id: `apiKey:${record._id}`, roles: record.roles, companyId: record.companyId }) };

const refused = (reason: string): Unauthenticated => new Unauthenticated(`API key ${reason}`, 'invalid_token');
