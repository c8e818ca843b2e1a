import AsyncDatabase from 'libsql/promise';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** There is something under the name that a backup should get. */
export class BackupExists extends Error {
  constructor(readonly directory: string) {
    super(`${directory} exists already; a backup needs a new directory`);
  }
}

/**
 * Copies a database that is in use, as it is now, into a new directory, which appears under its name only when it is
 * complete and on disk. SQLite reads the copy from one transaction, on a thread of libsql's; what is written meanwhile
 * stays in the write-ahead log until the copy is made.
 *
 * @param database the file
 * @throws BackupExists
 * @throws Error when the database is damaged or the disk fails
 */
export async function backUp(database: string, directory: string): Promise<void> {
  if (await exists(directory)) throw new BackupExists(directory);
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const copy = join(partial, basename(database));
    await copyTo(database, copy);
    for (const path of [copy, partial]) await sync(path);
    await rename(partial, directory);
    await sync(dirname(directory));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Not by copying the file: closing it afterwards would drop the locks that this process has on it. */
async function copyTo(database: string, copy: string): Promise<void> {
  const connection = new AsyncDatabase(database, {});
  try {
    await (connection.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`) as Promise<void>);
  } finally {
    connection.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Brings a file, or the names in a directory, to the disk. Windows knows no such thing of directories, and needs none. */
async function sync(path: string): Promise<void> {
  const isDirectory = (await stat(path)).isDirectory();
  if (isDirectory && process.platform === 'win32') return;
  const handle = await open(path, isDirectory ? 'r' : 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
