import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureSigningKeyFile } from '#access';
import { ConfigError, readConfig } from '#platform';
import { launcherSettings } from './launcher-settings.js';
import { startInstance, type Instance } from './instance.js';
import { welcome } from './welcome.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves with the signal that asks the launcher to stop. */
const stopSignal = new Promise<NodeJS.Signals>((resolveSignal) => {
  process.once('SIGINT', resolveSignal).once('SIGTERM', resolveSignal);
});

const run = async (): Promise<void> => {
  const config = readConfig(launcherSettings);
  const dataDir = resolve(config.dataDir);
  await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const tokenKeyFile = process.env['PORTOLAN_TOKEN_KEY'] ?? process.env['PORTOLAN_TOKEN_KEY_FILE'] ? undefined : await ensureSigningKeyFile(join(dataDir, 'token-key'));

  const addressesFile = join(dataDir, 'addresses.json');
  let instance: Instance | undefined;
  try {
    instance = await startInstance({ ...config, dataDir }, tokenKeyFile, say, stopSignal);
    if (instance === undefined) return;
    say(welcome(instance));
    await writeFile(addressesFile, JSON.stringify(instance.addresses, null, 2));
    process.send?.({ ready: instance.addresses });
    const signal = await stopSignal;
    say(`\n${signal}: finishing what is under way`);
  } finally {
    await rm(addressesFile, { force: true });
    await instance?.stop();
  }
  say('stopped');
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `could not start: ${error instanceof Error ? error.message : String(error)}`}\n`);
  process.exitCode = 1;
});
