const comes = (items: readonly unknown[]): boolean => items.length > 0;

/**
 * Pulls a source ahead of its reader, until at least `capacity` items have come. A slow reader therefore slows the source down, and batches grow with the load
 * without anyone lingering.
 */
export class ReadAhead<Item> {
  private queue: Item[] = [];
  private ended = false;
  private failure: unknown;
  private isEnough: (items: readonly Item[]) => boolean = comes;
  private wakeReader: () => void = () => undefined;
  private wakePump: () => void = () => undefined;
  private readonly pumping: Promise<void>;

  constructor(
    source: AsyncIterable<readonly Item[]>,
    private readonly capacity: number,
  ) {
    this.pumping = this.pump(source);
  }

  /**
   * The items that have come, in order, `capacity` at most; waits until they are enough, for `patienceMs` at most (then the answer may be less, or empty).
   * Undefined when the source has ended. Throws the source's error once what came before it is taken.
   */
  async take(patienceMs = Number.POSITIVE_INFINITY, isEnough: (items: readonly Item[]) => boolean = comes): Promise<Item[] | undefined> {
    this.isEnough = isEnough;
    if (!this.suffices() && !this.ended) await this.enoughCame(patienceMs);
    if (this.queue.length > 0) {
      const items = this.queue.splice(0, this.capacity);
      if (this.queue.length < this.capacity) this.wakePump();
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

  private suffices(): boolean {
    return this.queue.length >= this.capacity || this.isEnough(this.queue);
  }

  private async pump(source: AsyncIterable<readonly Item[]>): Promise<void> {
    try {
      for await (const items of source) {
        if (this.ended) break;
        this.queue.push(...items);
        if (this.suffices()) this.wakeReader();
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
