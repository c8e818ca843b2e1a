import {
  END,
  BACKWARDS,
  EventStoreDBClient,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
  jsonEvent,
  type JSONType,
} from '@eventstore/db-client';
import type { EventMetadata, Recorded } from '../domain/event.js';
import { follow, type FeedItem } from './follow.js';
import { asStoreUnavailable, isStoreAway, whileStoreIsAway, within } from './patience.js';
import { recordedOf } from './recorded.js';
import { EventSchemas } from './schemas.js';

/** An event about to be appended. */
export interface NewEvent {
  /** UUID; the store answers a repeated append of the same ids at the same expected revision as it did the first time. */
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** What the store acknowledged: the stream's revision and the log position of the last event. */
export interface Appended {
  readonly revision: number;
  readonly position: number;
}

/** The stream is not at the expected revision; `actual` is undefined when it does not exist. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly stream: string,
    readonly actual: number | undefined,
  ) {
    super(`${stream} is at revision ${actual ?? 'none'}`);
  }
}

/** How many calls were made to the store, to show what a command costs. */
export interface LogCalls {
  appends: number;
  reads: number;
}

export interface EventLogOptions {
  readonly schemas?: EventSchemas;
  /** Milliseconds after which one call to the store counts as lost. */
  readonly callTimeoutMs?: number;
}

const encoder = new TextEncoder();

/** Metadata as stored. The client sends bytes as they are, objects by way of base64 text. */
const bytesOf = (metadata: EventMetadata): Uint8Array => encoder.encode(JSON.stringify(metadata));

/** The log of all facts: EventStoreDB behind the few operations that the rest of the system needs. Errors of the store's absence are `StoreUnavailable`. */
export class EventLog {
  readonly calls: LogCalls = { appends: 0, reads: 0 };
  readonly schemas: EventSchemas;
  private readonly callTimeoutMs: number;
  private highest = -1;

  constructor(
    private readonly client: EventStoreDBClient,
    options: EventLogOptions = {},
  ) {
    this.schemas = options.schemas ?? new EventSchemas();
    this.callTimeoutMs = options.callTimeoutMs ?? 3000;
  }

  /** Connects lazily; the connection string carries host, TLS and credentials (`esdb://…`). */
  static connect(connectionString: string, options: EventLogOptions = {}): EventLog {
    return new EventLog(EventStoreDBClient.connectionString(connectionString), options);
  }

  /** The highest log position this process has seen; -1 before it has seen any. A fresh append always lies above it. */
  get highestPosition(): number {
    return this.highest;
  }

  /**
   * Appends all events or none. Retries while the store is away: the explicit expected revision and the event ids make that safe.
   * Throws `WrongExpectedRevision`, `StoreUnavailable`.
   */
  async append(stream: string, expected: number | undefined, events: readonly NewEvent[]): Promise<Appended> {
    const batch = events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data: data as JSONType, metadata: bytesOf(metadata) }));
    const attempt = async (): Promise<Appended> => {
      this.calls.appends += 1;
      const result = await within(
        this.callTimeoutMs,
        this.client.appendToStream(stream, batch, {
          expectedRevision: expected === undefined ? NO_STREAM : BigInt(expected),
          requiresLeader: true,
          deadline: this.callTimeoutMs,
        }),
      );
      return { revision: Number(result.nextExpectedRevision), position: this.see(result.position?.commit) };
    };
    try {
      return await attempt();
    } catch (error) {
      if (!isStoreAway(error)) throw this.translate(error, stream);
    }
    try {
      return await whileStoreIsAway.execute(attempt);
    } catch (error) {
      throw this.translate(error, stream);
    }
  }

  /** The stream's events from a revision (inclusive) on, at most `maxCount`; none if there is no such stream. Throws `UnreadableEvent`, `StoreUnavailable`. */
  async readStream(stream: string, fromRevision = 0, maxCount: number = Number.MAX_SAFE_INTEGER): Promise<Recorded[]> {
    return this.patiently(stream, async () => {
      this.calls.reads += 1;
      const events: Recorded[] = [];
      try {
        for await (const { event } of this.client.readStream(stream, { fromRevision: BigInt(fromRevision), maxCount, deadline: this.callTimeoutMs })) {
          if (event === undefined) continue;
          events.push(recordedOf(event, this.schemas));
          this.see(event.position?.commit);
        }
      } catch (error) {
        if (error instanceof StreamNotFoundError) return [];
        throw error;
      }
      return events;
    });
  }

  /** The position of the last event in the log, -1 if there is none. Answers only if the store does, so it serves as a health check. */
  async lastPosition(): Promise<number> {
    return this.patiently('$all', async () => {
      let last = -1;
      for await (const { event } of this.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, deadline: this.callTimeoutMs })) {
        if (event !== undefined) last = this.see(event.position?.commit);
      }
      return last;
    });
  }

  /**
   * All events of the categories after a position (exclusive; undefined is the start), in log order, live until the signal aborts; what has come is
   * handed on together. Throws `StoreUnavailable` when the subscription is lost; the caller follows again from where it got.
   */
  follow(categories: readonly string[], after: number | undefined, signal: AbortSignal): AsyncIterable<readonly FeedItem[]> {
    return follow(this.client, this.schemas, categories, after, signal);
  }

  /** Ends all calls and subscriptions. */
  async close(): Promise<void> {
    await this.client.dispose();
  }

  private async patiently<Value>(stream: string, call: () => Promise<Value>): Promise<Value> {
    try {
      return await whileStoreIsAway.execute(() => within(this.callTimeoutMs, call()));
    } catch (error) {
      throw this.translate(error, stream);
    }
  }

  private see(commit: bigint | undefined): number {
    const position = Number(commit ?? -1n);
    if (position > this.highest) this.highest = position;
    return position;
  }

  private translate(error: unknown, stream: string): unknown {
    if (error instanceof WrongExpectedVersionError) {
      return new WrongExpectedRevision(stream, typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : undefined);
    }
    return isStoreAway(error) ? asStoreUnavailable(error) : error;
  }
}
