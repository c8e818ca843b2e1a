import { categoryOf } from '../../domain/event.js';
import { MAX_TOGETHER, positionOf, type FeedItem } from '../../log/follow.js';

/** Items that are remembered at least, once so many have come. */
const REMEMBERED = 4096;

/** The last items of the log, kept for any number of readers. */
export class LogTail {
  private items: FeedItem[] = [];
  /** How many items were forgotten. */
  private forgotten = 0;
  private lowest: number;
  private end: { readonly failure: unknown } | undefined;
  private wake: () => void = () => undefined;
  private more = this.nextNews();

  /**
   * @param floor the position after which `source` begins
   * @param ended called when the source has ended or failed, before readers are told
   */
  constructor(
    floor: number,
    source: AsyncIterable<readonly FeedItem[]>,
    private readonly ended: () => void,
  ) {
    this.lowest = floor;
    void this.receive(source);
  }

  /** Everything after this position is remembered. */
  get floor(): number {
    return this.lowest;
  }

  /** Whether a reader who knows the log up to a position can go on here. */
  reaches(position = -1): boolean {
    return position >= this.floor;
  }

  /**
   * What comes after a position of the wanted categories, live and as much together as has come; last a checkpoint where others came. Ends when the signal
   * aborts, when the reader was so slow that what comes next is forgotten, or when the source has ended; throws what the source threw.
   */
  async *after(position = -1, wanted: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<readonly FeedItem[]> {
    const look = (): void => this.tellReaders();
    signal.addEventListener('abort', look);
    try {
      let index = this.forgotten + this.items.findIndex((item) => positionOf(item) > position);
      if (index < this.forgotten) index = this.forgotten + this.items.length;
      while (!signal.aborted && index >= this.forgotten) {
        const at = index - this.forgotten;
        const fresh = this.items.slice(at, at + MAX_TOGETHER);
        index += fresh.length;
        const newest = fresh.at(-1);
        if (newest !== undefined) {
          // A reader who has read by himself may know more than has come here.
          if (positionOf(newest) <= position) continue;
          const own = fresh.filter((item) => positionOf(item) > position && item.kind !== 'checkpoint' && wanted.has(categoryOf(item.event.stream)));
          position = positionOf(newest);
          yield own.at(-1) === newest ? own : [...own, { kind: 'checkpoint', position }];
        } else if (this.end !== undefined) {
          if (this.end.failure !== undefined) throw this.end.failure as Error;
          return;
        } else {
          await this.more;
        }
      }
    } finally {
      signal.removeEventListener('abort', look);
    }
  }

  private async receive(source: AsyncIterable<readonly FeedItem[]>): Promise<void> {
    let failure: unknown;
    try {
      for await (const items of source) this.add(items);
    } catch (error) {
      failure = error;
    }
    this.end = { failure };
    this.ended();
    this.tellReaders();
  }

  private add(items: readonly FeedItem[]): void {
    this.items.push(...items);
    if (this.items.length >= 2 * REMEMBERED) {
      const dropped = this.items.splice(0, REMEMBERED);
      this.forgotten += dropped.length;
      this.lowest = Math.max(...dropped.map(positionOf));
    }
    this.tellReaders();
  }

  /** Has every reader look again. */
  private tellReaders(): void {
    this.wake();
    this.more = this.nextNews();
  }

  private nextNews(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
