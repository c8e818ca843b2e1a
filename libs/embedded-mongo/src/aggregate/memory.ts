import { calculateObjectSize } from 'bson';
import { CommandError } from '../errors.js';

/** Bytes that a stage may hold, as in MongoDB when it may not use the disk. */
const LIMIT_BYTES = 100 * 1024 * 1024;
/** What a number, a date or another value of a fixed size is taken to hold. */
const SCALAR_BYTES = 16;

/** Counts what a stage holds that answers only when it has seen everything. */
export class StageMemory {
  private bytes = 0;

  constructor(private readonly stage: string) {}

  /** @param bytes held from now on; negative for what is let go of. @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed */
  hold(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes <= LIMIT_BYTES) return;
    const message = `Exceeded memory limit for ${this.stage}, which holds at most ${String(LIMIT_BYTES)} bytes here, whatever allowDiskUse says`;
    throw new CommandError('QueryExceededMemoryLimitNoDiskUseAllowed', message);
  }

  /** Passes values on and counts them as held. */
  *holding<T>(values: Iterable<T>): Generator<T, void, undefined> {
    for (const value of values) {
      this.hold(bytesOf(value));
      yield value;
    }
  }
}

/** @returns about how many bytes a value holds */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return SCALAR_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES;
  return calculateObjectSize({ value }, { ignoreUndefined: true });
}
