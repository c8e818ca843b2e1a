import type { ClientDuplexStream, ClientReadableStream, StatusObject } from '@grpc/grpc-js';
import { toJson } from './message-json.js';
import type { JsonObject } from './recorded.js';

/** What a call answered. */
export interface Outcome {
  readonly responses: JsonObject[];
  /** Undefined while the call is open. */
  readonly status?: StatusObject;
}

const LONGEST_WAIT_MS = 25_000;

type Call = ClientReadableStream<object> | ClientDuplexStream<Buffer, object>;

/** A call that stays open; what it answers is taken bit by bit. */
export class LiveCall {
  readonly #answers: JsonObject[] = [];
  #status: StatusObject | undefined;
  #changed: () => void = () => undefined;

  constructor(private readonly call: Call) {
    call.on('data', (message: object) => {
      this.#answers.push(toJson(message));
      this.#changed();
    });
    call.on('status', (status: StatusObject) => {
      this.#status = status;
      this.#changed();
    });
    // The status says it all.
    call.on('error', () => undefined);
  }

  send(message: Buffer): void {
    (this.call as ClientDuplexStream<Buffer, object>).write(message);
  }

  halfClose(): void {
    (this.call as ClientDuplexStream<Buffer, object>).end();
  }

  /** Waits for so many answers, and for the end if asked; takes everything that has come. */
  async receive(answers: number, andEnd: boolean): Promise<Outcome> {
    await this.#until(() => this.#status !== undefined || (this.#answers.length >= answers && !andEnd));
    return this.#take();
  }

  async ended(): Promise<Outcome> {
    await this.#until(() => this.#status !== undefined);
    return this.#take();
  }

  /** Cancels, and answers what had come unasked until then. */
  async cancelled(): Promise<Outcome> {
    this.cancel();
    return this.ended();
  }

  /** Takes nothing from the socket until resumed. */
  pause(): void {
    this.call.pause();
  }

  resume(): void {
    this.call.resume();
  }

  cancel(): void {
    this.call.cancel();
  }

  #take(): Outcome {
    return { responses: this.#answers.splice(0), ...(this.#status && { status: this.#status }) };
  }

  #until(isReached: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#changed = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, LONGEST_WAIT_MS);
      this.#changed = () => isReached() && done();
      this.#changed();
    });
  }
}
