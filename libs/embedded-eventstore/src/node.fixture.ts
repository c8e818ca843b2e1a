import { afterEach, beforeEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { EmbeddedEventStore, type EmbeddedEventStoreOptions } from './embedded-eventstore.js';

/** The directory, node and client of the test that runs. */
export let dataDir: string;
export let node: EmbeddedEventStore;
export let client: EventStoreDBClient;

/** Gives each test of a file a node on a new directory and a client of it. */
export const nodeForEachTest = (): void => {
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(dataDir, { recursive: true });
  });
};

/** Starts the node on what the directory holds. Throws what `EmbeddedEventStore.start` throws. */
export const open = async (options: Partial<EmbeddedEventStoreOptions> = {}): Promise<void> => {
  node = await EmbeddedEventStore.start({ dataDir, port: 0, log: () => undefined, ...options });
  client = EventStoreDBClient.connectionString(node.connectionString);
};

export const close = async (): Promise<void> => {
  await client.dispose();
  await node.stop();
};
