import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKeyFile } from '#access';
import { openAdministration } from '../../apps/launcher/src/administration.js';
import { ensureChannels } from '../../apps/launcher/src/channels.js';
import { loadCredentials, type Credentials } from '../../apps/launcher/src/credentials.js';
import { seedDemoCompany } from '../../apps/launcher/src/demo-company.js';
import { accepts, answers, choosePort } from '../../apps/launcher/src/ports.js';
import { ServiceProcess, type ServiceSpec } from './service-process.js';

const PARTS = ['eventstore', 'mongodb', 'eport', 'worker', 'worker-2', 'api'] as const;

/** The processes of a system. `worker-2` shares the work of `worker`. */
export type Part = (typeof PARTS)[number];

/** The environment of every part, or of one. */
export interface SystemSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeFlags?: Partial<Record<Part, readonly string[]>>;
}

/** A whole system of child processes on free loopback ports and in a directory of its own, each part started, killed and stopped by hand. */
export class System {
  private readonly running = new Map<Part, ServiceProcess>();
  private keys: Credentials | undefined;

  private constructor(
    readonly dataDir: string,
    private readonly ports: Readonly<Record<Part, number>>,
    private readonly shared: Readonly<Record<string, string>>,
    private readonly settings: SystemSettings,
  ) {}

  /** Chooses directory and ports; starts nothing yet. */
  static async prepare(settings: SystemSettings = {}): Promise<System> {
    const dataDir = await mkdtemp(join(tmpdir(), 'portolan-system-'));
    await mkdir(join(dataDir, 'logs'));
    const ports = {} as Record<Part, number>;
    for (const part of PARTS) ports[part] = await choosePort(0, part);
    const shared = {
      EVENTSTORE_URL: `esdb://127.0.0.1:${ports.eventstore}?tls=false`,
      MONGODB_URL: `mongodb://127.0.0.1:${ports.mongodb}/?directConnection=true`,
      PORTOLAN_TOKEN_KEY_FILE: await ensureSigningKeyFile(join(dataDir, 'token-key')),
      PORTOLAN_CHANNELS_FILE: await ensureChannels(dataDir, `http://127.0.0.1:${ports.eport}`),
      PORTOLAN_CLOCK: 'movable',
      PORTOLAN_RATE_LIMIT: '0',
      ...settings.env,
    };
    return new System(dataDir, ports, shared, settings);
  }

  /** Starts everything but the second worker, with the demo company seeded. */
  static async start(settings: SystemSettings = {}): Promise<System> {
    const system = await System.prepare(settings);
    try {
      await system.startStores();
      await system.seed();
      for (const part of ['eport', 'worker', 'api'] as const) await system.start(part);
      return system;
    } catch (error) {
      await system.close();
      throw error;
    }
  }

  get eventStoreUrl(): string {
    return this.shared['EVENTSTORE_URL'] ?? '';
  }

  get mongoUrl(): string {
    return this.shared['MONGODB_URL'] ?? '';
  }

  /** The base address of a part that answers HTTP. */
  address(part: 'api' | 'worker' | 'worker-2' | 'eport'): string {
    return `http://127.0.0.1:${this.ports[part]}`;
  }

  /** The log-ins of the demo company. Throws before `seed`. */
  get credentials(): Credentials {
    if (this.keys === undefined) throw new Error('the system is not seeded yet');
    return this.keys;
  }

  /** The demo company's API key. Throws before `seed`. */
  get apiKey(): string {
    const { apiKey } = this.credentials;
    if (apiKey === undefined) throw new Error('the demo company has no API key');
    return apiKey;
  }

  async startStores(): Promise<void> {
    await Promise.all([this.start('eventstore'), this.start('mongodb')]);
  }

  /** Makes the demo company, its people and keys; needs both stores. */
  async seed(): Promise<void> {
    const path = join(this.dataDir, 'credentials.json');
    const administration = await openAdministration({ ...process.env, ...this.shared });
    try {
      this.keys = await seedDemoCompany(administration, path, await loadCredentials(path));
    } finally {
      await administration.close();
    }
  }

  /** Starts a part and waits until it is ready. `env` adds to the part's environment. */
  async start(part: Part, env: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.running.has(part)) throw new Error(`${part} runs already`);
    const nodeFlags = this.settings.nodeFlags?.[part] ?? [];
    const spec = this.specOf(part);
    this.running.set(part, await ServiceProcess.start({ ...spec, nodeFlags, env: { ...spec.env, ...env } }));
  }

  /** `kill -9`. */
  async kill(part: Part): Promise<void> {
    await this.taken(part).kill();
  }

  async stop(part: Part): Promise<void> {
    await this.taken(part).stop();
  }

  /** Stops what runs, in the reverse order of the parts, and removes the directory. */
  async close(): Promise<void> {
    try {
      for (const part of [...PARTS].reverse()) if (this.running.has(part)) await this.stop(part);
    } finally {
      await Promise.all([...this.running.keys()].map((part) => this.kill(part)));
      await rm(this.dataDir, { recursive: true, force: true });
    }
  }

  private taken(part: Part): ServiceProcess {
    const service = this.running.get(part);
    if (service === undefined) throw new Error(`${part} does not run`);
    this.running.delete(part);
    return service;
  }

  private specOf(part: Part): Omit<ServiceSpec, 'nodeFlags'> {
    const base = { name: part, logFile: join(this.dataDir, 'logs', `${part}.log`) };
    const port = this.ports[part];
    const ready = () => answers(`http://127.0.0.1:${port}/health/ready`);
    const storeArgs = ['--data', join(this.dataDir, part), '--port', String(port)];
    switch (part) {
      case 'eventstore':
        return { ...base, folder: 'libs/embedded-eventstore', args: storeArgs, isReady: () => accepts(port) };
      case 'mongodb':
        return { ...base, folder: 'libs/embedded-mongo', args: storeArgs, isReady: () => accepts(port) };
      case 'eport':
        return { ...base, folder: 'apps/eport', env: this.eportEnv(), isReady: () => answers(`http://127.0.0.1:${port}/health`) };
      case 'worker':
      case 'worker-2':
        return { ...base, folder: 'apps/worker', env: { ...this.shared, PORTOLAN_WORKER_PORT: String(port) }, isReady: ready };
      case 'api':
        return { ...base, folder: 'apps/api', env: { ...this.shared, PORTOLAN_PORT: String(port), ...(this.keys?.paymentKey !== undefined && { PORTOLAN_PAYMENT_KEY: this.keys.paymentKey }) }, isReady: ready };
    }
  }

  private eportEnv(): Record<string, string> {
    return {
      EPORT_PORT: String(this.ports.eport),
      EPORT_DATA: join(this.dataDir, 'eport'),
      EPORT_RECEIPT_URL: `${this.address('api')}/v1/customs-receipts`,
      EPORT_RECEIPT_KEY: this.credentials.gatewayKey ?? '',
      EPORT_OUTBOX: join(this.dataDir, 'file-drop', 'outbox'),
      EPORT_INBOX: join(this.dataDir, 'file-drop', 'inbox'),
      EPORT_DELAY_MS: '50',
    };
  }
}
