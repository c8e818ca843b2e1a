/** One figure of how long consumers take, in milliseconds, by the names EventStoreDB gives them. */
export interface Measurement {
  readonly key: string;
  readonly value: number;
}

const REMEMBERED = 1_000;
const PERCENTILES: readonly [key: string, share: number][] = [
  ['Quintile 1', 0],
  ['Quintile 2', 0.2],
  ['Quintile 3', 0.4],
  ['Quintile 4', 0.6],
  ['Quintile 5', 0.8],
  ['90%', 0.9],
  ['95%', 0.95],
  ['99%', 0.99],
  ['99.5%', 0.995],
  ['99.9%', 0.999],
];

/** How many messages were delivered. */
export class Throughput {
  #total = 0;
  #totalAtLastLook = 0;
  readonly #since: number;

  constructor(private readonly clock: () => number) {
    this.#since = clock();
  }

  add(): void {
    this.#total++;
  }

  get total(): number {
    return this.#total;
  }

  get perSecond(): number {
    return Math.floor((this.#total * 1_000) / Math.max(this.clock() - this.#since, 1));
  }

  /** Since this was last asked for. */
  sinceLastLook(): number {
    const count = this.#total - this.#totalAtLastLook;
    this.#totalAtLastLook = this.#total;
    return count;
  }
}

/** How long the newest messages took from delivery to acknowledgement. */
export class ProcessingTimes {
  readonly #times: number[] = [];

  add(milliseconds: number): void {
    this.#times.push(Math.round(milliseconds));
    if (this.#times.length > REMEMBERED) this.#times.shift();
  }

  measurements(): Measurement[] {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const count = sorted.length;
    if (count === 0) return [];
    const at = (index: number): number => sorted[Math.min(Math.floor(index), count - 1)] ?? 0;
    return [
      { key: 'Mean', value: Math.floor(sorted.reduce((sum, time) => sum + time, 0) / count) },
      { key: 'Median', value: at(count / 2) },
      { key: 'Fastest', value: at(0) },
      ...PERCENTILES.map(([key, share]) => ({ key, value: at(share * count) })),
      { key: 'Highest', value: at(count - 1) },
    ];
  }
}
