import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Db } from 'mongodb';
import { pino } from 'pino';
import { CLOCK, ConsumerWorker, EventLog, companyId, type BatchConsumer, type Clock, type DomainEvent, type Recorded, type Role } from '#event-sourcing';
import { Authenticators, MongoModule, Unauthenticated, createHttpApp, mongoClient, type HttpApp } from '../index.js';

/** Lets in bearers of `<role>.<company>` and `<role>.<company>.<e-mail address>`, the address with `~` for `@`, which tokens do not have. */
@Injectable()
class SpokenIdentity {
  constructor(@Inject(Authenticators) authenticators: Authenticators) {
    authenticators.add({
      accepts: 'bearer-token',
      authenticate: (token) => {
        const [role, company, ...address] = token.split('.');
        if (role === undefined || company === undefined) throw new Unauthenticated('not <role>.<company>');
        return { id: `user:${token}`, roles: [role as Role], companyId: companyId(company), ...(address.length > 0 && { email: address.join('.').replace('~', '@') }) };
      },
    });
  }
}

@Module({})
class ReadSideModule {
  static on(url: string, { reads, clock }: Reads): DynamicModule {
    const time = clock === undefined ? [] : [{ provide: CLOCK, useValue: clock }];
    return { module: ReadSideModule, global: true, imports: [MongoModule.forRoot({ url, appName: 'read-side' }), reads], providers: [SpokenIdentity, ...time], exports: time };
  }
}

/** What is read, and what keeps it. */
export interface Reads {
  /** The module with the controllers. */
  readonly reads: Type | DynamicModule;
  readonly projections: (db: Db) => readonly BatchConsumer[];
  readonly clock?: Clock;
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

const renewed = (event: Recorded<DomainEvent>) => ({ ...event, id: randomUUID() });

/** The read side as it runs: log, projections, HTTP. */
export class ReadSide {
  private constructor(
    private readonly log: EventLog,
    private readonly worker: ConsumerWorker,
    private readonly client: ReturnType<typeof mongoClient>,
    private readonly app: HttpApp,
    private readonly address: string,
  ) {}

  static async start({ eventStoreUrl, mongoUrl }: Stores, reads: Reads): Promise<ReadSide> {
    const log = EventLog.connect(eventStoreUrl);
    const client = mongoClient({ url: mongoUrl, appName: 'worker' });
    const db = client.db('portolan');
    const worker = ConsumerWorker.start({ db, log, consumers: reads.projections(db) });
    const app = await createHttpApp(ReadSideModule.on(mongoUrl, reads), {
      ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, bodyLimitBytes: 100_000 },
      ...{ requestTimeoutSeconds: 30, drainSeconds: 2, rateLimitPerMinute: 100_000 },
    });
    return new ReadSide(log, worker, client, app, await app.listen());
  }

  /** Appends the events of one stream that has none yet; answers the log position of the last one. */
  async append(events: readonly Recorded<DomainEvent>[]): Promise<number> {
    const { position } = await this.log.append(events[0]?.stream ?? '', undefined, events.map(renewed));
    return position;
  }

  /** Appends the last of the events to a stream that has the ones before; answers its log position. */
  async follow(events: readonly Recorded<DomainEvent>[]): Promise<number> {
    const last = events.at(-1);
    if (last === undefined) throw new RangeError('nothing to append');
    const { position } = await this.log.append(last.stream, last.revision - 1, [renewed(last)]);
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
