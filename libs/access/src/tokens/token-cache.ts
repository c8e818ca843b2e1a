import { LRUCache } from 'lru-cache';
import type { JWTPayload } from 'jose';
import type { Clock } from '#event-sourcing';
import { digestOf } from '../api-keys/api-key-text.js';

const MAX_TOKENS = 20_000;

/** Verified tokens by their SHA-256, until they expire: a token is verified once, not once a request. */
export class TokenCache<Value extends object> {
  private readonly values: LRUCache<string, Value>;

  constructor(private readonly clock: Clock) {
    this.values = new LRUCache({ max: MAX_TOKENS, ttlAutopurge: false, ttlResolution: 0, ttl: 1, perf: { now: () => clock.now().getTime() } });
  }

  get(token: string): Value | undefined {
    return this.values.get(digestOf(token));
  }

  /** Remembers what a token stands for until its `exp` (seconds since 1970). */
  remember(token: string, { exp = 0 }: JWTPayload, value: Value): void {
    const ttl = exp * 1000 - this.clock.now().getTime();
    if (ttl > 0) this.values.set(digestOf(token), value, { ttl });
  }
}
