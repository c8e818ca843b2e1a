import type { RpcError } from '../rpc-error.js';
import type { Message } from './message.js';
import { ProcessingTimes, Throughput, type Measurement } from './statistics.js';

/** The call that a consumer listens on. */
export interface Connection {
  readonly name: string;
  /** Messages that may be unacknowledged at a time. */
  readonly bufferSize: number;
  /** Sends a message; false when the client does not take any more for now. */
  send(message: Message): boolean;
  /** Ends the call. */
  end(error: RpcError): void;
}

/** A client that takes part in a group. It is given no more than it has slots for, and nothing while its socket is full. */
export class Consumer {
  readonly delivered: Throughput;
  readonly #times: ProcessingTimes | undefined;
  readonly #inFlight = new Map<string, number>();
  #isFlowing = true;

  constructor(
    readonly connection: Connection,
    private readonly clock: () => number,
    measuresTimes: boolean,
  ) {
    this.delivered = new Throughput(clock);
    this.#times = measuresTimes ? new ProcessingTimes() : undefined;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get slots(): number {
    return this.connection.bufferSize - this.#inFlight.size;
  }

  get canTake(): boolean {
    return this.#isFlowing && this.slots > 0;
  }

  deliver(message: Message): void {
    this.#inFlight.set(message.id, this.clock());
    this.delivered.add();
    this.#isFlowing = this.connection.send(message);
  }

  /** The client takes messages again. */
  resume(): void {
    this.#isFlowing = true;
  }

  release(messageId: string): void {
    const deliveredAt = this.#inFlight.get(messageId);
    if (deliveredAt === undefined) return;
    this.#inFlight.delete(messageId);
    this.#times?.add(this.clock() - deliveredAt);
  }

  measurements(): Measurement[] {
    return this.#times?.measurements() ?? [];
  }
}
