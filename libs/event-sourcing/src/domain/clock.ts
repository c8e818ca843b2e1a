/** Domain time. Everything that depends on "now" asks a clock, so that tests and demos can move it. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands where it is put, for tests. */
export class ManualClock implements Clock {
  constructor(private instant: Date) {}

  now(): Date {
    return new Date(this.instant);
  }

  /** Moves forward by whole or fractional seconds. */
  advance(seconds: number): void {
    this.instant = new Date(this.instant.getTime() + seconds * 1000);
  }

  set(instant: Date): void {
    this.instant = new Date(instant);
  }
}

/** Whole seconds (rounded up) until `waitSeconds` have passed since `since`; 0 when they have. */
export const secondsUntil = (now: Date, since: Date, waitSeconds: number): number =>
  Math.max(0, Math.ceil((since.getTime() + waitSeconds * 1000 - now.getTime()) / 1000));
