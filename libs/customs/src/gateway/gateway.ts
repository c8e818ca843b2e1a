import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
  type IPolicy,
} from 'cockatiel';
import { setMaxListeners } from 'node:events';
import type { CustomsMessage } from './ceb303.js';
import type { Channel } from './channels.js';
import { EXPORT_CUSTOMS_NODE, writeDxpMsg } from './dxp-envelope.js';
import { FileDropTransport } from './transports/file-drop.js';
import { HttpTransport } from './transports/http.js';
import { TransportError, type Transport } from './transports/transport.js';

/** A message could not be handed over in the time given. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly channel: string,
    /** How often the other side was really tried; 0 while the circuit was open all the time. */
    readonly attempts: number,
    readonly lastError: Error,
    /** False if the message was refused, so that only another message can succeed. */
    readonly retryable: boolean,
  ) {
    super(`channel ${channel}: ${lastError.message} (${attempts} attempts)`, { cause: lastError });
  }
}

export interface GatewayOptions {
  /** First pause between tries, growing with jitter; default 200 ms. */
  readonly initialDelayMs?: number;
  /** Longest pause between tries; default 5000 ms. */
  readonly maxDelayMs?: number;
  /** Time given to a message where the caller's signal gives no less; default 30 000 ms. */
  readonly giveUpAfterMs?: number;
  /** Failures in a row that open the circuit of a channel; default 5. */
  readonly breakAfter?: number;
  /** How long an open circuit stays closed to messages before one is let through to try; default 5000 ms. */
  readonly halfOpenAfterMs?: number;
}

const DEFAULTS: Required<GatewayOptions> = { initialDelayMs: 200, maxDelayMs: 5_000, giveUpAfterMs: 30_000, breakAfter: 5, halfOpenAfterMs: 5_000 };

interface Route {
  readonly channel: Channel;
  readonly transport: Transport;
  /** Shared by all messages of the channel, so that a dead port is not hammered by each of them. */
  readonly breaker: IPolicy;
}

const transportOf = ({ transport }: Channel): Transport =>
  transport.kind === 'http' ? new HttpTransport(transport) : new FileDropTransport(transport);

const mayPass = (error: Error): boolean => error instanceof BrokenCircuitError || (error instanceof TransportError && error.retryable);

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Rejects when the signal aborts, however long the work still takes. */
const orAborted = async (work: Promise<void>, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => { reject(asError(signal.reason)); }, { once: true, signal: done.signal });
  });
  await Promise.race([work, aborted]).finally(() => { done.abort(); });
};

/** Carries messages to customs over the configured channels. */
export class CustomsGateway {
  private readonly routes: ReadonlyMap<string, Route>;
  private readonly options: Required<GatewayOptions>;
  private readonly patience: IPolicy;

  constructor(channels: ReadonlyMap<string, Channel>, options: GatewayOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.routes = new Map(Array.from(channels.values(), (channel) => [channel.code, this.routeTo(channel)]));
    this.patience = retry(handleWhen(mayPass), {
      maxAttempts: Number.POSITIVE_INFINITY,
      backoff: new ExponentialBackoff({ initialDelay: this.options.initialDelayMs, maxDelay: this.options.maxDelayMs }),
    }).dangerouslyUnref();
  }

  /**
   * Hands the message over, trying again with growing, jittered pauses until it is taken, refused, or the time (the signal's or `giveUpAfterMs`) is
   * over. Every try carries the same guid and the same bytes. Throws `TransportFailure`.
   */
  async send(channelCode: string, message: CustomsMessage, signal: AbortSignal): Promise<void> {
    const route = this.routes.get(channelCode);
    if (route === undefined) throw new TransportFailure(channelCode, 0, new TransportError('there is no such channel', false), false);
    const sealed = { guid: message.guid, envelope: this.seal(route.channel, message) };
    const time = AbortSignal.any([signal, AbortSignal.timeout(this.options.giveUpAfterMs)]);
    setMaxListeners(0, time);
    let attempts = 0;
    let lastError: Error | undefined;
    const attempt = async (): Promise<void> => {
      time.throwIfAborted();
      attempts += 1;
      try {
        await route.transport.deliver(sealed, time);
      } catch (error) {
        // A try cut off by the end of the time says less than the failure before it.
        if (lastError === undefined || !time.aborted) lastError = asError(error);
        throw error;
      }
    };
    try {
      await orAborted(wrap(this.patience, route.breaker).execute(attempt, time), time);
    } catch (error) {
      const cause = lastError ?? asError(error);
      throw new TransportFailure(channelCode, attempts, cause, time.aborted || mayPass(cause));
    }
  }

  private routeTo(channel: Channel): Route {
    const { breakAfter, halfOpenAfterMs } = this.options;
    const breaker = circuitBreaker(handleWhen(mayPass), { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) });
    return { channel, transport: transportOf(channel), breaker };
  }

  private seal(channel: Channel, message: CustomsMessage): string {
    return writeDxpMsg({
      copMsgId: message.copMsgId,
      senderId: channel.dxpId,
      receiverIds: [EXPORT_CUSTOMS_NODE],
      createdAt: message.createdAt,
      messageType: message.messageType,
      xml: message.xml,
    });
  }
}
