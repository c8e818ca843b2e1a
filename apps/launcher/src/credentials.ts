import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Role } from '#event-sourcing';

/** Somebody who may log in to this instance. */
export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  readonly company: string;
  readonly roles: readonly Role[];
  /** By which suppliers name a buyer. */
  readonly email?: string;
}

/** The log-ins that the launcher has made for this data directory; the stores hold only their hashes. */
export interface Credentials {
  /** Distinguishes this file's requests from those of a file that was lost. */
  readonly instance: string;
  readonly users: readonly DemoUser[];
  /** The demo company's key; absent until it is issued. */
  readonly apiKey?: string;
  /** The key by which the payment provider signs its callbacks. */
  readonly paymentKey?: string;
  /** The key by which the e-port delivers receipts. */
  readonly gatewayKey?: string;
}

/** The company that a new instance begins with. */
export const DEMO_COMPANY = 'demo-exports';

const password = (): string => randomBytes(18).toString('base64url');

const fresh = (): Credentials => ({
  instance: randomBytes(6).toString('hex'),
  paymentKey: randomBytes(32).toString('base64url'),
  users: [
    { username: 'lin', password: password(), displayName: '林晓 Lin Xiao', company: DEMO_COMPANY, roles: ['exporter'] },
    { username: 'buyer', password: password(), displayName: 'Billie Buyer', company: 'demo-imports', roles: ['buyer'], email: 'buyer@example.com' },
    { username: 'reviewer', password: password(), displayName: 'Platform review', company: 'platform', roles: ['reviewer'] },
    { username: 'ops', password: password(), displayName: 'Operations', company: 'platform', roles: ['ops', 'auditor'] },
  ],
});

/** Reads the file, or begins a new one. Throws what the file system throws, and `SyntaxError` for a file that is no JSON. */
export const loadCredentials = async (path: string): Promise<Credentials> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const credentials = fresh();
    await saveCredentials(path, credentials);
    return credentials;
  }
};

/** Replaces the file as a whole, readable by its owner only. */
export const saveCredentials = async (path: string, credentials: Credentials): Promise<void> => {
  await writeFile(`${path}.new`, JSON.stringify(credentials, null, 2), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
};
