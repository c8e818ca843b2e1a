import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { EmbeddedEventStore } from '#embedded-eventstore';

/** A server the recording is replayed against. */
export interface Target {
  readonly address: string;
  passTime(milliseconds: number): Promise<void> | void;
  close(): Promise<void>;
}

interface TargetKind {
  readonly name: string;
  readonly kind: 'embedded' | 'real';
  readonly open: () => Promise<Target>;
}

const { EVENTSTORE_URL } = process.env;

/**
 * The embedded server always, and the real one that `EVENTSTORE_URL` names, if it is set: an insecure node with an empty
 * database, started with the standard projections.
 */
export const targets: readonly TargetKind[] = [
  { name: 'the embedded event store', kind: 'embedded', open: openEmbedded },
  ...(EVENTSTORE_URL ? [{ name: 'EventStoreDB', kind: 'real', open: () => Promise.resolve(real(EVENTSTORE_URL)) } as const] : []),
];

async function openEmbedded(): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'eventstore-conformance-'));
  let passed = 0;
  const node = await EmbeddedEventStore.start({ dataDir, port: 0, now: () => Date.now() + passed });
  await writeWhatAFreshServerHolds(node.connectionString);
  return {
    address: `${node.host}:${node.port}`,
    passTime: (milliseconds) => void (passed += milliseconds),
    async close() {
      await node.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

const real = (url: string): Target => ({
  address: new URL(url).host,
  passTime: (milliseconds) => wait(milliseconds),
  close: () => Promise.resolve(),
});

/** EventStoreDB writes this at its first start; the embedded store starts empty. */
async function writeWhatAFreshServerHolds(connectionString: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const acl = { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] };
  const metadata = jsonEvent({ type: '$metadata', data: { $maxAge: 2_592_000, $acl: acl } });
  await client.appendToStream('$$$scavenges', metadata, { expectedRevision: NO_STREAM });
  await client.dispose();
}
