/** What a closed loop of requests achieved. */
export interface Throughput {
  /** Completed requests per second. */
  readonly perSecond: number;
  /** Milliseconds of each completed request. */
  readonly latencies: readonly number[];
}

export interface ClosedLoop {
  /** Requests under way at any moment. */
  readonly inFlight: number;
  readonly seconds: number;
}

/** Keeps a number of requests under way for some seconds. `request` gets a number that no other request has. Throws what a request throws. */
export const keepInFlight = async ({ inFlight, seconds }: ClosedLoop, request: (index: number) => Promise<void>): Promise<Throughput> => {
  const latencies: number[] = [];
  let next = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const loop = async (): Promise<void> => {
    for (let sentAt = performance.now(); sentAt < end; sentAt = performance.now()) {
      await request(next++);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return { perSecond: latencies.length / ((performance.now() - begun) / 1000), latencies };
};
