import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

it('is started by the command portolan-eventstore', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'portolan-eventstore-'));
  const args = ['--no-install', 'portolan-eventstore', '--data', dataDir, '--port', '0'];
  // A process group of its own, so that what npx starts ends with it.
  const npx = spawn('npx', args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const exited = once(npx, 'exit');
  const [line] = (await once(createInterface({ input: npx.stdout }), 'line')) as [string];
  expect(line).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
  process.kill(-npx.pid!, 'SIGTERM');
  await exited;
  rmSync(dataDir, { recursive: true });
});
