import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { pino } from 'pino';
import { ConsumerWorker, EventLog, companyId, type Role } from '#event-sourcing';
import { Authenticators, MongoModule, Unauthenticated, createHttpApp, mongoClient, type HttpApp } from '#platform';
import { OrderReadsModule } from '../order-reads.module.js';
import { orderProjections } from '../order-projections.adapter.js';
import { history, type HistoryOptions, type Step } from './order-history.js';

/** Lets in bearers of `<role>.<company>`. */
@Injectable()
class SpokenIdentity {
  constructor(@Inject(Authenticators) authenticators: Authenticators) {
    authenticators.add({
      accepts: 'bearer-token',
      authenticate: (token) => {
        const [role, company] = token.split('.');
        if (role === undefined || company === undefined) throw new Unauthenticated('not <role>.<company>');
        return { id: `user:${token}`, roles: [role as Role], companyId: companyId(company) };
      },
    });
  }
}

@Module({})
class ReadSideModule {
  static on(url: string): DynamicModule {
    return { module: ReadSideModule, imports: [MongoModule.forRoot({ url, appName: 'read-side' }), OrderReadsModule], providers: [SpokenIdentity] };
  }
}

/** Where the two stores are. */
export interface Stores {
  readonly eventStoreUrl: string;
  readonly mongoUrl: string;
}

/** An answer of the API. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One server-sent event. */
export interface LiveEvent {
  readonly type: string;
  readonly id: string;
  readonly data: unknown;
}

/** A connection that server-sent events come by. */
export class LiveStream {
  private readonly events: AsyncGenerator<LiveEvent>;

  constructor(
    readonly response: Response,
    private readonly leaving: AbortController,
  ) {
    this.events = eventsOf(response);
  }

  /** The next event; undefined when the server has ended the stream. */
  async next(): Promise<LiveEvent | undefined> {
    const result = await this.events.next();
    return result.done === true ? undefined : result.value;
  }

  leave(): void {
    this.leaving.abort();
  }
}

const eventsOf = async function* ({ body }: Response): AsyncGenerator<LiveEvent> {
  let held = '';
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (held + text).split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('event') !== '') yield { type: field('event'), id: field('id'), data: JSON.parse(field('data')) };
    }
  }
};

/** The read side as it runs: log, projections, HTTP. */
export class ReadSide {
  private constructor(
    private readonly log: EventLog,
    private readonly worker: ConsumerWorker,
    private readonly client: ReturnType<typeof mongoClient>,
    private readonly app: HttpApp,
    private readonly address: string,
  ) {}

  static async start({ eventStoreUrl, mongoUrl }: Stores): Promise<ReadSide> {
    const log = EventLog.connect(eventStoreUrl);
    const client = mongoClient({ url: mongoUrl, appName: 'worker' });
    const db = client.db('portolan');
    const worker = ConsumerWorker.start({ db, log, consumers: orderProjections(db) });
    const app = await createHttpApp(ReadSideModule.on(mongoUrl), {
      ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, bodyLimitBytes: 100_000 },
      ...{ requestTimeoutSeconds: 30, drainSeconds: 2, rateLimitPerMinute: 100_000 },
    });
    return new ReadSide(log, worker, client, app, await app.listen());
  }

  /** Appends the events of an order; answers the log position of the last one. */
  async append(steps: readonly Step[], options: HistoryOptions = {}): Promise<number> {
    const events = history(steps, options).map((event) => ({ ...event, id: randomUUID() }));
    const { position } = await this.log.append(events[0]?.stream ?? '', undefined, events);
    return position;
  }

  /** Appends the last of the steps to an order that has the ones before; answers its log position. */
  async follow(steps: readonly Step[], options: HistoryOptions = {}): Promise<number> {
    const last = history(steps, options).at(-1);
    if (last === undefined) throw new RangeError('nothing to append');
    const { position } = await this.log.append(last.stream, last.revision - 1, [{ ...last, id: randomUUID() }]);
    return position;
  }

  /** GETs as the bearer of `<role>.<company>`, `exporter.acme` if not said otherwise. */
  async get<Body = unknown>(path: string, as = 'exporter.acme', headers: Record<string, string> = {}): Promise<Answer<Body>> {
    const response = await fetch(this.address + path, { headers: { authorization: `Bearer ${as}`, ...headers } });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  /** Watches server-sent events; `after` is sent as `Last-Event-ID`. */
  async watch(path: string, as = 'exporter.acme', after?: string): Promise<LiveStream> {
    const headers = { authorization: `Bearer ${as}`, accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) };
    const leaving = new AbortController();
    const response = await fetch(this.address + path, { headers, signal: leaving.signal });
    return new LiveStream(response, leaving);
  }

  /** Stops HTTP as the application does when it is told to end; resolves when every connection has ended. */
  async stopHttp(): Promise<void> {
    await this.app.close();
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.worker.stop();
    await this.log.close();
    await this.client.close();
  }
}
