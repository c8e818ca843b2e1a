import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** Bytes of a call that may wait for the socket before the next message is held back. */
const MOST_UNSENT_BYTES = 64 * 1024;

/**
 * Hands a call's answers on to the connection while those before them have not left yet, up to so many bytes. By itself
 * grpc-js takes the next message of a call only when the last was written to the socket, which is one message for each
 * turn of the event loop, however many there are to send. Answers are bytes already.
 */
export const sendAhead: ServerInterceptor = (_method, call) => new AheadCall(call);

class AheadCall extends ServerInterceptingCall {
  #unsentBytes = 0;
  #goOn: (() => void) | undefined;

  override sendMessage(message: Buffer, callback: () => void): void {
    this.#unsentBytes += message.length;
    super.sendMessage(message, () => this.#sent(message.length));
    if (this.#unsentBytes < MOST_UNSENT_BYTES) callback();
    else this.#goOn = callback;
  }

  #sent(bytes: number): void {
    this.#unsentBytes -= bytes;
    if (this.#unsentBytes >= MOST_UNSENT_BYTES) return;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
  }
}
