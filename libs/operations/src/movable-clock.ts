import type { Clock } from '#event-sourcing';

/** The machine's clock, moved by an offset: for demos and tests of what takes minutes or days. Runs on, never back. */
export class MovableClock implements Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** How far it is ahead of the machine's clock, in milliseconds. */
  get aheadMs(): number {
    return this.offsetMs;
  }

  /** Takes over an offset in milliseconds unless it would turn time back. */
  moveTo(aheadMs: number): void {
    this.offsetMs = Math.max(this.offsetMs, aheadMs);
  }
}
