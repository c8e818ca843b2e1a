/** How the simulator treats the messages of an enterprise or order. */
export type Behaviour =
  | { readonly mode: 'accept' }
  /** Answers this status, e.g. `100` or `-301008`, with these words. */
  | { readonly mode: 'reject'; readonly code: string; readonly info: string }
  /** Takes the message and never answers; customs does not hold the order. */
  | { readonly mode: 'silent' }
  /** Answers as usual, this many milliseconds later. */
  | { readonly mode: 'slow'; readonly delayMs: number }
  /** Sends every receipt twice. */
  | { readonly mode: 'twice' }
  /** Sends the receipts last one first, with the times of the right order. */
  | { readonly mode: 'out-of-order' }
  /** Refuses the message for its format. */
  | { readonly mode: 'ceb900' }
  /** Drops the connection (over HTTP), leaves the file lying (file drop). */
  | { readonly mode: 'refuse-connections' };

export const MODES = ['accept', 'reject', 'silent', 'slow', 'twice', 'out-of-order', 'ceb900', 'refuse-connections'] as const satisfies readonly Behaviour['mode'][];

/** A behaviour as set for a key. */
export interface BehaviourSetting {
  /** An enterprise code or an order number; the order number wins. */
  readonly key: string;
  readonly behaviour: Behaviour;
  /** How many more orders are treated so before the key falls back to accepting; absent for all. */
  readonly remaining?: number;
}
