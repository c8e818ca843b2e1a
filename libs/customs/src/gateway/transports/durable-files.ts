import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const OWNER_ONLY = 0o700;

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Creates the directory and what is missing above it, readable by the owner only. */
export const ensureDirectory = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY });
};

/**
 * Writes a file so that a reader sees all of it or nothing, and a crash after the call loses nothing: a temporary file beside it, fsync, rename, fsync
 * of the directory. Replaces a file of the same name. `name` must be a bare file name.
 */
export const writeDurably = async (directory: string, name: string, content: string | Uint8Array): Promise<void> => {
  const temporary = join(directory, `.${name}.tmp`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await moveDurably(temporary, join(directory, name));
};

/** Renames within a file system and makes the new name survive a crash. */
export const moveDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to);
  await syncDirectory(dirname(to));
};
