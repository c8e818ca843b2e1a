import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from '../errors.js';

/**
 * Makes a directory that appears under its name only when it is complete and on disk.
 * @param fill puts everything into the directory it is given
 * @throws CommandError BadValue when there is something under that name already
 */
export async function createWhole(directory: string, fill: (partial: string) => Promise<void>): Promise<void> {
  if (await exists(directory)) throw new CommandError('BadValue', `${directory} exists already; a backup needs a new directory`);
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    await fill(partial);
    await syncDirectory(partial);
    await rename(partial, directory);
    await syncDirectory(dirname(directory));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Brings the names in a directory to the disk. Windows knows no such thing, and needs none. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
