/**
 * Pulls a source ahead of its reader, at most `capacity` items; whoever takes gets everything that has come. A slow reader therefore slows the
 * source down, and batches grow with the load without anyone lingering.
 */
export class ReadAhead<Item> {
  private queue: Item[] = [];
  private ended = false;
  private failure: unknown;
  private enough = 1;
  private wakeReader: () => void = () => undefined;
  private wakePump: () => void = () => undefined;
  private readonly pumping: Promise<void>;

  constructor(
    source: AsyncIterable<Item>,
    private readonly capacity: number,
  ) {
    this.pumping = this.pump(source);
  }

  /**
   * All items that have come, in order; waits until there are `atLeast` so many, for `patienceMs` at most (then the answer may be less, or empty).
   * Undefined when the source has ended. Throws the source's error once what came before it is taken.
   */
  async take(patienceMs = Number.POSITIVE_INFINITY, atLeast = 1): Promise<Item[] | undefined> {
    this.enough = Math.min(atLeast, this.capacity);
    if (this.queue.length < this.enough && !this.ended) await this.enoughCame(patienceMs);
    if (this.queue.length > 0) {
      const items = this.queue;
      this.queue = [];
      this.wakePump();
      return items;
    }
    if (!this.ended) return [];
    if (this.failure !== undefined) throw this.failure as Error;
    return undefined;
  }

  /** Waits for the source to end; call after telling the source to. What was not taken is dropped. */
  async close(): Promise<void> {
    this.ended = true;
    this.queue = [];
    this.wakePump();
    await this.pumping;
  }

  private async pump(source: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        if (this.ended) break;
        this.queue.push(item);
        if (this.queue.length >= this.enough) this.wakeReader();
        if (this.queue.length >= this.capacity) await this.roomIsMade();
      }
    } catch (error) {
      this.failure = error;
    }
    this.ended = true;
    this.wakeReader();
  }

  private async roomIsMade(): Promise<void> {
    await new Promise<void>((resolve) => (this.wakePump = resolve));
  }

  private async enoughCame(patienceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeReader = resolve;
      if (Number.isFinite(patienceMs)) timer = setTimeout(resolve, patienceMs);
    });
    clearTimeout(timer);
  }
}
