import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Readiness } from '../health/readiness.js';
import type { Logger } from '../logging/logger.js';

/** Where a service listens and how it stops. */
export interface HttpAppSettings {
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  readonly drainSeconds: number;
}

/** How often connections that have become idle are closed while draining, in milliseconds. */
const IDLE_CHECK_MS = 50;

/** A service: listens, and stops without dropping what it has begun. */
export class HttpApp {
  private closing: Promise<void> | undefined;

  constructor(
    /** The Nest application behind it. */
    readonly nest: NestFastifyApplication,
    private readonly readiness: Readiness,
    private readonly settings: HttpAppSettings,
  ) {}

  /** Begins to listen; resolves with the address, e.g. `http://127.0.0.1:3000`. Rejects if the port is taken. */
  async listen(): Promise<string> {
    await this.nest.listen(this.settings.port, this.settings.host);
    return this.nest.getUrl();
  }

  /** Stops once: not ready any more, no new connections, requests in flight finish within `drainSeconds`, then modules close in Nest's order. */
  close(): Promise<void> {
    this.closing ??= this.drain().then(() => this.nest.close());
    return this.closing;
  }

  private async drain(): Promise<void> {
    this.readiness.stop();
    const { logger, drainSeconds } = this.settings;
    const server = this.nest.getHttpServer();
    const timer = setTimeout(() => {
      logger.warn({ drainSeconds }, 'requests still in flight are broken off');
      server.closeAllConnections();
    }, drainSeconds * 1000);
    // A connection kept alive by its client would hold the server up long after its last answer.
    const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    // Before Nest's own close, which would take the stores away from requests that still use them.
    await this.nest.getHttpAdapter().getInstance().close();
    clearInterval(idleCheck);
    clearTimeout(timer);
  }
}
