import type { Message } from './message.js';

/** A place in the source, counted and as a position. */
export interface Place {
  readonly sequence: number;
  readonly position: number;
}

/**
 * Up to where a group is done with everything. Messages may be finished in any order; what counts is the first one
 * that is not.
 */
export class Progress {
  /** In the order of the source, with the place before each. */
  readonly #unfinished = new Map<Message, Place | undefined>();
  #last: Place | undefined;
  #sequence = -1;

  /** @param checkpoint the position up to which all was done with before */
  constructor(checkpoint: number | undefined) {
    if (checkpoint !== undefined) this.#last = { sequence: ++this.#sequence, position: checkpoint };
  }

  begin(message: Message): void {
    this.#unfinished.set(message, this.#last);
    this.#last = { sequence: ++this.#sequence, position: message.position };
  }

  finish(message: Message): void {
    this.#unfinished.delete(message);
  }

  /** Passes over events that nobody is to get. */
  skip(count: number, through: number): void {
    if (count === 0) return;
    this.#sequence += count;
    this.#last = { sequence: this.#sequence, position: through };
  }

  /** The last place up to which all is done with. */
  get done(): Place | undefined {
    for (const before of this.#unfinished.values()) return before;
    return this.#last;
  }
}
