import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { credentialsIn, killLaunched, launch, stop } from '../support/launched.js';

const logIn = async (api: string, dataDir: string): Promise<Response> => {
  const { username, password } = (await credentialsIn(dataDir)).users[0]!;
  return fetch(`${api}/v1/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password }) });
};

describe('npm start', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'start-'));
  });
  afterEach(killLaunched);
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  it('prints the addresses and log-ins, answers, stops cleanly on Ctrl-C, and goes on where it stopped', async () => {
    const first = await launch(dataDir);
    expect(first.output()).toContain(first.api);
    expect(first.output()).toMatch(/log-in\s+lin\s+\S+/);
    expect(first.output()).toMatch(/log-in\s+buyer\s+\S+\s+buyer, buyer@example\.com/);
    expect(first.output()).toMatch(/API key\s+ptl_\S+/);
    expect((await logIn(first.api, dataDir)).status).toBe(200);
    expect(await stop(first)).toBe(0);
    expect(first.output()).toContain('stopped');

    const second = await launch(dataDir);
    expect((await logIn(second.api, dataDir)).status).toBe(200);
    expect(await stop(second)).toBe(0);
  });

  it('keeps its log-ins readable by their owner only and writes no secret into a log', async () => {
    const credentials = await readFile(join(dataDir, 'credentials.json'), 'utf8');
    const secrets = [...credentials.matchAll(/"(?:password|apiKey|gatewayKey|paymentKey)": "([^"]+)"/g)].map((match) => match[1]!);
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    expect((await stat(join(dataDir, 'credentials.json'))).mode & 0o077).toBe(0);
    for (const file of await readdir(join(dataDir, 'logs'))) {
      const log = await readFile(join(dataDir, 'logs', file), 'utf8');
      for (const secret of secrets) expect(log).not.toContain(secret);
    }
  });

  it('says which port is taken and how to choose another', async () => {
    const { createServer } = await import('node:net');
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await expect(launch(dataDir, { PORTOLAN_MONGODB_PORT: String(port) })).rejects.toThrow(`port ${port} is in use; PORTOLAN_MONGODB_PORT chooses another`);
    holder.close();
  });
});
