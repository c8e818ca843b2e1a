import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#event-sourcing';
import { tooManyRequests } from '#platform';
import { SECURITY_CLOCK } from '../security-clock.js';

/** Failed log-ins before a user name is closed to an address (or to all), within the window. */
const FAILURES_PER_ADDRESS = 5;
const FAILURES_FROM_ANYWHERE = 50;
const WINDOW_MS = 15 * 60 * 1000;
const MAX_REMEMBERED = 100_000;

/** Slows down guessing: counts failed log-ins per user name and address, and per user name from anywhere. Each process counts by itself. */
@Injectable()
export class LoginLimit {
  private readonly failures: LRUCache<string, number>;

  constructor(@Inject(SECURITY_CLOCK) clock: Clock) {
    this.failures = new LRUCache({ max: MAX_REMEMBERED, ttl: WINDOW_MS, ttlResolution: 0, noUpdateTTL: true, perf: { now: () => clock.now().getTime() } });
  }

  /** Throws `tooManyRequests` (429) if the user name is closed to the address. */
  assertOpen(username: string, address: string): void {
    for (const [key, limit] of counters(username, address)) {
      if ((this.failures.get(key) ?? 0) >= limit) throw tooManyRequests(Math.max(1, Math.ceil(this.failures.getRemainingTTL(key) / 1000)));
    }
  }

  failed(username: string, address: string): void {
    for (const [key] of counters(username, address)) this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  /** A right password clears the address, not the count from anywhere: an attacker's own account must not help against another's. */
  succeeded(username: string, address: string): void {
    this.failures.delete(addressKey(username, address));
  }
}

const addressKey = (username: string, address: string): string => `${address} ${username}`;

const counters = (username: string, address: string): readonly (readonly [key: string, limit: number])[] => [
  [addressKey(username, address), FAILURES_PER_ADDRESS],
  [username, FAILURES_FROM_ANYWHERE],
];
