import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { OUT_OF_SCOPE } from './deviations.js';
import { recordedScenarios } from './recorded.js';
import { Replay } from './replay.js';

describe('the embedded event store answers as EventStoreDB 23.10.8 did', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'eventstore-conformance-'));
  let movedBy = 0;
  let node: EmbeddedEventStore;
  let replay: Replay;

  beforeAll(async () => {
    node = await EmbeddedEventStore.start({ dataDir, port: 0, now: () => Date.now() + movedBy });
    await writeWhatAFreshServerHolds(node.connectionString);
    replay = new Replay(`127.0.0.1:${node.port}`, 'embedded', (milliseconds) => void (movedBy += milliseconds));
  });

  afterAll(async () => {
    replay.close();
    await node.stop();
    rmSync(dataDir, { recursive: true });
  });

  for (const scenario of recordedScenarios().filter(({ id }) => !(id in OUT_OF_SCOPE)))
    it(`${scenario.id}: ${scenario.title}`, async () => {
      expect(await replay.run(scenario)).toEqual([]);
    });
});

/** EventStoreDB writes this at its first start; the embedded store starts empty. */
async function writeWhatAFreshServerHolds(connectionString: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const acl = { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] };
  const metadata = jsonEvent({ type: '$metadata', data: { $maxAge: 2_592_000, $acl: acl } });
  await client.appendToStream('$$$scavenges', metadata, { expectedRevision: NO_STREAM });
  await client.dispose();
}
