import { MongoClient } from 'mongodb';
import { Patience } from '../projections/feed/patience.js';

/**
 * A client that gets over a MongoDB that is away when it is first used. The driver's own reconnects only once it has been connected: when its first attempt
 * fails, it closes its topology for good, and everything after that fails with `MongoTopologyClosedError`.
 */
export class PatientMongoClient extends MongoClient {
  private readonly closing = new AbortController();
  private trying = false;

  /** As the driver's; after a failure it goes on trying until it is connected or closed. */
  override async connect(): Promise<this> {
    try {
      return await super.connect();
    } catch (error) {
      void this.keepTrying();
      throw error;
    }
  }

  override async close(force?: boolean): Promise<void> {
    this.closing.abort();
    await super.close(force);
  }

  private async keepTrying(): Promise<void> {
    if (this.trying) return;
    this.trying = true;
    const { signal } = this.closing;
    const patience = new Patience(50, 2000);
    for (let isConnected = false; !isConnected && !signal.aborted; ) {
      await patience.pause(signal);
      // What each attempt fails with is told to those who use the client meanwhile.
      if (!signal.aborted) isConnected = await super.connect().then(() => true, () => false);
    }
    // Closed while an attempt was under way that nobody waits for any more.
    if (signal.aborted) await super.close();
    this.trying = false;
  }
}
