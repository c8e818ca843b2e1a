import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigOf } from '#platform';
import { openAdministration } from './administration.js';
import { ensureChannels } from './channels.js';
import { Child, type ChildSpec } from './child.js';
import { loadCredentials, type Credentials } from './credentials.js';
import { seedDemoCompany } from './demo-company.js';
import type { launcherSettings } from './launcher-settings.js';
import { accepts, answers, choosePort } from './ports.js';

/** Where the parts of a running instance answer. */
export interface Addresses {
  readonly api: string;
  readonly worker: string;
  readonly eport: string;
  readonly eventStore: string;
  readonly mongo: string;
}

/** A running instance. */
export interface Instance {
  readonly addresses: Addresses;
  readonly credentials: Credentials;
  readonly credentialsFile: string;
  readonly logDir: string;
  /** Stops the processes in the reverse order of their start, each after finishing what is under way. */
  readonly stop: () => Promise<void>;
}

const compiled = (path: string): string => fileURLToPath(new URL(`../../../${path}/src/main.js`, import.meta.url));

/**
 * Starts everything that is not given by URL: stores, then the e-port, then worker and API; supervises it. Undefined if asked to stop meanwhile.
 * Throws, having stopped what it had started, if a process cannot be started.
 */
export const startInstance = async (
  config: ConfigOf<typeof launcherSettings>,
  tokenKeyFile: string | undefined,
  say: (line: string) => void,
  stopSignal: Promise<unknown>,
): Promise<Instance | undefined> => {
  const { dataDir } = config;
  const logDir = join(dataDir, 'logs');
  const children: Child[] = [];
  const stopAll = async (): Promise<void> => {
    for (const child of children.splice(0).reverse()) await child.stop();
  };
  let stopAsked = false;
  void stopSignal.then(() => (stopAsked = true));
  const start = async (spec: ChildSpec): Promise<void> => {
    if (stopAsked) return;
    const child = new Child(spec, join(logDir, `${spec.name}.log`), say);
    children.push(child);
    await child.start();
  };

  try {
    const eventStore = config.eventStoreUrl ?? (await startStore('eventstore', config.eventStorePort));
    const mongo = config.mongoUrl ?? (await startStore('mongodb', config.mongoPort));
    const apiPort = await choosePort(config.apiPort, 'PORTOLAN_PORT');
    const workerPort = await choosePort(config.workerPort, 'PORTOLAN_WORKER_PORT');
    const eportPort = await choosePort(config.eportPort, 'PORTOLAN_EPORT_PORT');
    const addresses = { api: `http://127.0.0.1:${apiPort}`, worker: `http://127.0.0.1:${workerPort}`, eport: `http://127.0.0.1:${eportPort}`, eventStore, mongo };
    const shared = {
      EVENTSTORE_URL: eventStore,
      MONGODB_URL: mongo,
      PORTOLAN_CLOCK: config.clock,
      PORTOLAN_CHANNELS_FILE: await ensureChannels(dataDir, addresses.eport),
      ...(tokenKeyFile === undefined ? {} : { PORTOLAN_TOKEN_KEY_FILE: tokenKeyFile }),
    };
    if (stopAsked) return void (await stopAll());

    const credentialsFile = join(dataDir, 'credentials.json');
    const credentials = await seed(credentialsFile, shared);
    await start({
      name: 'eport',
      entry: compiled('apps/eport'),
      env: {
        EPORT_PORT: String(eportPort),
        EPORT_DATA: join(dataDir, 'eport'),
        EPORT_RECEIPT_URL: `${addresses.api}/v1/customs-receipts`,
        EPORT_RECEIPT_KEY: credentials.gatewayKey ?? '',
        EPORT_OUTBOX: join(dataDir, 'file-drop', 'outbox'),
        EPORT_INBOX: join(dataDir, 'file-drop', 'inbox'),
      },
      isReady: () => answers(`${addresses.eport}/health`),
    });
    await start({ name: 'worker', entry: compiled('apps/worker'), env: { ...shared, PORTOLAN_WORKER_PORT: String(workerPort) }, isReady: () => answers(`${addresses.worker}/health/ready`) });
    await start({ name: 'api', entry: compiled('apps/api'), env: { ...shared, PORTOLAN_PORT: String(apiPort), ...(credentials.paymentKey !== undefined && { PORTOLAN_PAYMENT_KEY: credentials.paymentKey }) }, isReady: () => answers(`${addresses.api}/health/ready`) });
    if (stopAsked) return void (await stopAll());
    return { addresses, credentials, credentialsFile, logDir, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }

  /** Starts an embedded store; answers its connection string. */
  async function startStore(name: keyof typeof STORES, wanted: number): Promise<string> {
    const { entry, variable, url } = STORES[name];
    const port = await choosePort(wanted, variable);
    await start({ name, entry: compiled(entry), args: ['--data', join(dataDir, name), '--port', String(port)], isReady: () => accepts(port) });
    return url(port);
  }
};

const STORES = {
  eventstore: { entry: 'libs/embedded-eventstore', variable: 'PORTOLAN_EVENTSTORE_PORT', url: (port: number) => `esdb://127.0.0.1:${port}?tls=false` },
  mongodb: { entry: 'libs/embedded-mongo', variable: 'PORTOLAN_MONGODB_PORT', url: (port: number) => `mongodb://127.0.0.1:${port}/?directConnection=true` },
} as const;

const seed = async (credentialsFile: string, env: Readonly<Record<string, string>>): Promise<Credentials> => {
  const credentials = await loadCredentials(credentialsFile);
  if (credentials.gatewayKey !== undefined) return credentials;
  const administration = await openAdministration({ ...process.env, ...env });
  try {
    return await seedDemoCompany(administration, credentialsFile, credentials);
  } finally {
    await administration.close();
  }
};
