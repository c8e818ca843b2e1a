import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createApi } from '../../apps/api/src/api.js';
import { readApiConfig } from '../../apps/api/src/settings.js';
import { createWorker } from '../../apps/worker/src/worker.js';
import { readWorkerConfig } from '../../apps/worker/src/settings.js';
import { ApiKeys, Users } from '#access';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { companyId, PLATFORM_COMPANY, systemActor, type CommandEnvelope, type Role } from '#event-sourcing';
import { createLogger, type HttpApp } from '#platform';
import { BUYER_EMAIL, openTrade, type Send, type TradeParties } from '../support/trade-orders.js';

/** Signs the access tokens of a local system. */
export const TOKEN_KEY = 'a signing key for nothing but this test';

/** Signs the payment callbacks of a local system. */
export const PAYMENT_KEY = 'a payment key for nothing but this test';

/** An answer of the API, its JSON read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Somebody with an API key. */
export class Caller {
  constructor(
    private readonly api: string,
    readonly key: string,
    private readonly credentials: Record<string, string> = { 'x-api-key': key },
  ) {}

  /** The same with another API key. */
  asKey(key: string): Caller {
    return new Caller(this.api, key);
  }

  /** The same with a token instead of a key. */
  asBearer(token: string): Caller {
    return new Caller(this.api, this.key, { authorization: `Bearer ${token}` });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: object | string | FormData, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  put(path: string, body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PUT', path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path, undefined, {});
  }

  /** Sends a command and answers the body of a success. Throws otherwise. */
  readonly command: Send = async (method, path, body, headers = {}) => succeeded(await this.send(method, path, body, headers));

  /** The answer as it comes. */
  async raw(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.api}${path}`, { method, ...init, headers: { ...this.credentials, ...(init.headers as Record<string, string>) } });
  }

  private async send(method: string, path: string, body: object | string | FormData | undefined, headers: Record<string, string>): Promise<Answer> {
    const isJson = typeof body === 'object' && !(body instanceof FormData);
    const init = body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body };
    const response = await this.raw(method, path, { ...init, headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers } });
    const read = await response.text();
    return { status: response.status, headers: response.headers, body: read === '' ? {} : (JSON.parse(read) as Answer['body']) };
  }
}

/** The body of a success. Throws for anything else. */
export const succeeded = ({ status, body }: Answer): Answer['body'] => {
  if (status > 299) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** The e-port's door: keeps what is posted, answers as told. */
export class Port {
  readonly messages: string[] = [];
  status = 202;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Port> {
    const server = createServer((request, response) => {
      void text(request).then((message) => {
        port.messages.push(message);
        response.writeHead(port.status).end();
      });
    });
    const port = new Port(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return port;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/messages`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** API, worker and both stores in this process, on free ports, with a directory of their own. */
export class LocalSystem {
  private constructor(
    readonly directory: string,
    readonly port: Port,
    readonly eventStore: EmbeddedEventStore,
    readonly mongo: EmbeddedMongo,
    readonly api: HttpApp,
    readonly address: string,
    private readonly env: Record<string, string>,
  ) {}

  private worker: HttpApp | undefined;
  private keys = 0;

  static async start(settings: Record<string, string> = {}): Promise<LocalSystem> {
    const directory = await mkdtemp(join(tmpdir(), 'portolan-local-'));
    const port = await Port.open();
    const eventStore = await EmbeddedEventStore.start({ dataDir: join(directory, 'eventstore'), port: 0 });
    const mongo = await EmbeddedMongo.start({ dataDir: join(directory, 'mongo'), port: 0 });
    const channel = { name: { zh: '四川电子口岸', en: 'Sichuan e-port' }, dxpId: 'DXPTEST000000001', copCode: '123456789X', copName: '测试出口公司' };
    const env = {
      EVENTSTORE_URL: eventStore.connectionString,
      MONGODB_URL: mongo.connectionString,
      PORTOLAN_TOKEN_KEY: TOKEN_KEY,
      PORTOLAN_PAYMENT_KEY: PAYMENT_KEY,
      PORTOLAN_PORT: '0',
      PORTOLAN_WORKER_PORT: '0',
      PORTOLAN_RATE_LIMIT: '0',
      PORTOLAN_CLOCK: 'movable',
      PORTOLAN_CHANNELS: JSON.stringify([
        { ...channel, code: 'SiChuanEport', transport: { kind: 'http', url: port.url } },
        { ...channel, code: 'FoshanEport', transport: { kind: 'file-drop', outbox: join(directory, 'outbox'), inbox: join(directory, 'inbox') } },
      ]),
      ...settings,
    };
    const api = await createApi(readApiConfig(env), createLogger({ service: 'api', level: 'silent' }));
    return new LocalSystem(directory, port, eventStore, mongo, api, await api.listen(), env);
  }

  /** Starts the worker too. */
  async startWorker(): Promise<void> {
    this.worker = await createWorker(readWorkerConfig(this.env), createLogger({ service: 'worker', level: 'silent' }));
    await this.worker.listen();
  }

  /** What the worker injects under the token. Throws if it does not run. */
  inWorker<Part>(token: symbol): Part {
    if (this.worker === undefined) throw new Error('the worker does not run');
    return this.worker.nest.get<Part>(token, { strict: false });
  }

  async stopWorker(): Promise<void> {
    await this.worker?.close();
    this.worker = undefined;
  }

  /** Somebody of the company who has the roles. */
  async caller(roles: readonly Role[], company: string = PLATFORM_COMPANY): Promise<Caller> {
    const envelope: CommandEnvelope = {
      commandId: `key-${(this.keys += 1)}`,
      actor: systemActor('test'),
      companyId: companyId(company),
      correlationId: 'test',
      origin: { via: 'test' },
    };
    const { key = '' } = await this.api.nest.get(ApiKeys, { strict: false }).issue({ name: 'test', roles: [...roles] }, envelope);
    return new Caller(this.address, key);
  }

  /** An exporter whose company has a customs profile with the 9710 service. */
  async exporter(company: string, channel = 'SiChuanEport'): Promise<Caller> {
    const ops = await this.caller(['ops']);
    const { status } = await ops.post(`/v1/customs-profiles/${company}`, { ...PROFILE, channel });
    if (status !== 201) throw new Error(`the profile of ${company} was answered with ${status}`);
    return this.caller(['exporter'], company);
  }

  /** Somebody who has registered with the address as a buyer, logged in. */
  async buyer(username: string, email: string): Promise<Caller> {
    const password = `a long pass phrase of ${username}`;
    const envelope: CommandEnvelope = { commandId: `register-${username}`, actor: systemActor('test'), companyId: companyId(`${username}-imports`), correlationId: 'test', origin: { via: 'test' } };
    await this.api.nest.get(Users, { strict: false }).register(username, password, { displayName: username, roles: ['buyer'], email }, envelope);
    const nobody = new Caller(this.address, '', {});
    return nobody.asBearer(String(succeeded(await nobody.post('/v1/auth/token', { username, password }))['accessToken']));
  }

  /** Who agrees on trade orders: a supplier of the company, whose assurance service is opened and whose credit line is set, and a buyer. */
  async tradeParties(company: string): Promise<TradeParties & { readonly supplierCaller: Caller; readonly buyerCaller: Caller }> {
    const [supplierCaller, buyerCaller, { command: ops }] = await Promise.all([this.caller(['exporter'], company), this.buyer('anna', BUYER_EMAIL), this.caller(['ops'])]);
    const parties = { supplier: supplierCaller.command, buyer: buyerCaller.command, ops, company, api: this.address, paymentKey: PAYMENT_KEY };
    await openTrade(parties);
    return { ...parties, supplierCaller, buyerCaller };
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.api.close();
    await this.mongo.stop();
    await this.eventStore.stop();
    await this.port.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Invented; codes of the right shape. */
export const PROFILE = {
  companyName: '测试出口公司',
  ebcCode: '123456789X',
  uscc: '91330100799655058B',
  service9710Active: true,
  eportDataAuthorised: true,
  effectiveFrom: '2022-01-01T00:00:00.000Z',
};

/** The order of the guide: 荔枝, 100 个 at 100. */
export const CONTENT = {
  currency: 'USD',
  lines: [{ name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' }],
};

export const PLEDGE = { pledge: { accepted: true, textVersion: 'company-1' } };
