import type { Message } from './message.js';

/** Bytes of events read ahead, so that a group on large events costs no more memory than one on small ones. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Messages that wait for a consumer: those to be delivered again first, then those read ahead. */
export class Backlog {
  #retries: Message[] = [];
  #read: Message[] = [];
  #bytes = 0;

  /** @param capacity messages to read ahead at most */
  constructor(private readonly capacity: number) {}

  get retryCount(): number {
    return this.#retries.length;
  }

  get readCount(): number {
    return this.#read.length;
  }

  /** Whether so many more may be read ahead. */
  hasRoomFor(count: number): boolean {
    return this.#bytes < MAX_BYTES && this.#read.length + count <= Math.max(this.capacity, count);
  }

  add(message: Message): void {
    this.#read.push(message);
    this.#bytes += sizeOf(message);
  }

  /** Messages of the source come again in its order, and those of a replay after them. */
  retry(message: Message): void {
    const index = message.origin === 'parked' ? -1 : this.#retries.findIndex((other) => isAfter(other, message));
    this.#retries.splice(index === -1 ? this.#retries.length : index, 0, message);
  }

  waiting(): Message[] {
    return [...this.#retries, ...this.#read];
  }

  remove(messages: ReadonlySet<Message>): void {
    if (messages.size === 0) return;
    this.#retries = this.#retries.filter((message) => !messages.has(message));
    this.#read = this.#read.filter((message) => !messages.has(message));
    this.#bytes = this.#read.reduce((sum, message) => sum + sizeOf(message), 0);
  }
}

const isAfter = (other: Message, message: Message): boolean => other.origin === 'parked' || other.position > message.position;
const sizeOf = ({ original, target }: Message): number => original.record.length + (target?.record.length ?? 0);
