/** Lets work on the same key through one at a time, in order of arrival, so that commands on one stream do not collide within a process. */
export class Turnstile {
  private readonly queues = new Map<string, Promise<unknown>>();

  /** Runs the work when all earlier work on the key has settled. */
  async pass<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.queues.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    this.queues.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.queues.get(key) === mine) this.queues.delete(key);
    }
  }
}
