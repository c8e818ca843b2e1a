import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it } from '@jest/globals';
import { newDirectory } from './server.fixture.js';

it('is started by the command portolan-mongo', async () => {
  const dataDir = newDirectory();
  const args = ['--no-install', 'portolan-mongo', '--data', dataDir, '--port', '0'];
  // A process group of its own, so that what npx starts ends with it.
  const npx = spawn('npx', args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const exited = once(npx, 'exit');
  const [line] = (await once(createInterface({ input: npx.stdout }), 'line')) as [string];
  expect(line).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?replicaSet=embedded&directConnection=true$/);
  process.kill(-npx.pid!, 'SIGTERM');
  await exited;
  rmSync(dataDir, { recursive: true });
});
