import type { CustomsMessage } from '../ceb303.js';

/** One try to hand a message over failed. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    message: string,
    /** Whether the same message may get through later; false if the other side has refused it. */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A message in its envelope. */
export type SealedMessage = Pick<CustomsMessage, 'guid'> & { readonly envelope: string };

/**
 * Hands a message over, once. Resolves when the other side (or the disk) has it; throws `TransportError`. Handing over the same guid again is the
 * same message.
 */
export interface Transport {
  deliver(message: SealedMessage, signal: AbortSignal): Promise<void>;
}
