import type { HttpTransportConfig } from '../channels.js';
import { TransportError, type SealedMessage, type Transport } from './transport.js';

/** Answers of an overloaded or restarting server; any other 4xx refuses the message itself. */
const PASSING_CLIENT_ERRORS: ReadonlySet<number> = new Set([408, 425, 429]);

const detailOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};

/** Posts messages to an e-port. */
export class HttpTransport implements Transport {
  constructor(private readonly config: HttpTransportConfig) {}

  async deliver(message: SealedMessage, signal: AbortSignal): Promise<void> {
    const response = await this.post(message.envelope, signal);
    await response.body?.cancel();
    if (response.ok) return;
    const retryable = response.status >= 500 || PASSING_CLIENT_ERRORS.has(response.status);
    throw new TransportError(`the e-port answered ${response.status}`, retryable);
  }

  private async post(body: string, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(this.config.url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/xml; charset=utf-8' },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.config.timeoutMs)]),
      });
    } catch (error) {
      throw new TransportError(`the e-port cannot be reached: ${detailOf(error)}`, true, { cause: error });
    }
  }
}
