import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Db } from 'mongodb';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { documentConsumer, foldDocuments } from '../document-consumer.js';
import { ALL_COMPANIES } from '../facet-cube.js';
import { logConsumer } from '../log-consumer.js';
import { facts, keyed, parcelLog, parcels, sizeOf, type ParcelEvent, type ParcelRow } from '../parcels.fixture.js';
import type { Projected } from '../projection.js';
import { readFacets } from '../read-facets.js';
import { waitForPosition } from '../wait-for-position.js';
import type { Recorded } from '../../domain/event.js';
import type { BatchConsumer } from './batch-consumer.js';
import { partitionCollection } from './checkpoints.js';
import { FeedBed, until } from './feed-bed.fixture.js';
import { PartitionCountChanged } from './leases.js';

const consumers = (db: Db): BatchConsumer[] => [documentConsumer(db, parcels), logConsumer(db, parcelLog)];
const weighed = (parcel: string, grams: number): ParcelEvent => ({ type: 'Weighed', data: { parcel, grams } });
const many = (count: number): ParcelEvent[] => Array.from({ length: count }, (_, index) => weighed(`parcel-${index % 40}`, (index % 99) + 1));

describe('a worker', () => {
  let bed: FeedBed;

  beforeEach(async () => {
    bed = await FeedBed.set({ eventStore: (options) => EmbeddedEventStore.start(options), mongo: (options) => EmbeddedMongo.start({ ...options, testCommands: true }) });
  });
  afterEach(async () => {
    await bed.clear();
  });

  const applied = async (position: number, timeoutMs = 20_000): Promise<void> => {
    for (const name of ['parcels@1', 'parcel-log@1']) await waitForPosition(bed.db, name, position, { timeoutMs });
  };
  const isApplied = (position: number): Promise<boolean> => applied(position, 100).then(() => true, () => false);
  const rows = (): Promise<(ParcelRow & Projected)[]> => bed.db.collection<ParcelRow & Projected>('parcels@1').find().sort({ _id: 1 }).toArray();
  const logged = async (): Promise<Recorded<ParcelEvent>[]> => {
    const ending = new AbortController();
    const last = await bed.log.lastPosition();
    const events: Recorded<ParcelEvent>[] = [];
    for await (const items of bed.log.follow(['parcel'], undefined, ending.signal)) {
      for (const item of items) if (item.kind === 'event') events.push(item.event as Recorded<ParcelEvent>);
      if (items.some((item) => (item.kind === 'checkpoint' ? item.position : item.event.position) >= last)) ending.abort();
    }
    return events;
  };
  const owners = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { owner } of await partitionCollection(bed.db).find({ consumer: 'parcels@1' }).toArray()) counts[owner ?? 'nobody'] = (counts[owner ?? 'nobody'] ?? 0) + 1;
    return counts;
  };
  const shares = async (): Promise<number[]> => Object.values(await owners()).sort();

  /** Rows, log and counters are what the whole log folds to: nothing missed, nothing twice, in order for each key. */
  const expectAllIsProjected = async (): Promise<void> => {
    const events = await logged();
    const folded = [...foldDocuments(parcels, events.map((event) => keyed(event)), new Map()).values()].flatMap(({ after }) => (after ? [after] : []));
    const clean = folded.map(({ note, ...row }) => (note === undefined ? row : { ...row, note }));
    expect(await rows()).toEqual(clean.sort((one, other) => (one._id < other._id ? -1 : 1)));
    expect(await bed.db.collection('parcel-log@1').countDocuments()).toBe(events.length);
    for (const scope of ['acme', 'rival', ALL_COMPANIES]) {
      const counted = clean.filter(({ companyId, grams }) => grams > 0 && (scope === ALL_COMPANIES || companyId === scope));
      const { total, byDimension } = await readFacets(bed.db, parcels, scope);
      expect(total).toBe(counted.length);
      for (const size of ['SMALL', 'LARGE']) expect(byDimension['size']?.[size] ?? 0).toBe(counted.filter(({ grams }) => sizeOf(grams) === size).length);
      for (const label of ['FRAGILE', 'COLD', 'GIFT']) expect(byDimension['labels']?.[label] ?? 0).toBe(counted.filter(({ labels }) => labels.includes(label)).length);
    }
    expect(await bed.db.collection('parcels@1.facets').countDocuments({ count: 0 })).toBe(0);
  };

  it('keeps documents, log and exact counters of any history', async () => {
    bed.start({ consumers, maxBatch: 7 });
    for (const history of fc.sample(facts, 4)) {
      await applied(await bed.append([...history, weighed('last', 1)]));
      await expectAllIsProjected();
    }
  });

  it('shares the partitions with others, and hands them back at once when it stops', async () => {
    const first = bed.start({ consumers });
    await until('the first has all', async () => (await shares()).join() === '8');
    const second = bed.start({ consumers });
    await until('both have half', async () => (await shares()).join() === '4,4');
    await applied(await bed.append(many(100)));
    await first.stop();
    expect((await owners())[first.id]).toBeUndefined();
    await until('the second has all', async () => (await owners())[second.id] === 8);
    await applied(await bed.append(many(20)));
    await expectAllIsProjected();
  });

  it('goes on for another that was killed, and nothing is missed or done twice', async () => {
    const killed = bed.start({ consumers, maxBatch: 3 });
    const survivor = bed.start({ consumers, maxBatch: 3 });
    await until('both have half', async () => (await shares()).join() === '4,4');
    const appending = bed.append(many(300));
    await until('some is projected', async () => (await bed.db.collection('parcel-log@1').countDocuments()) > 50);
    await bed.kill(killed);
    await applied(await appending);
    expect(await owners()).toEqual({ [survivor.id]: 8 });
    await expectAllIsProjected();
  });

  it.each(['mongo', 'eventStore'] as const)('resumes by itself when the %s store has been away', async (part) => {
    const interruptions: string[] = [];
    bed.start({ consumers, observer: { interrupted: (subject) => void interruptions.push(subject) } });
    await applied(await bed.append(many(30)));
    await bed.stopStore(part);
    await until('the worker notices', () => interruptions.includes('parcels@1') || interruptions.includes('leases'));
    await bed.startStore(part);
    await until('the log answers', () => bed.log.lastPosition().then(() => true, () => false));
    await applied(await bed.append(many(30)));
    await expectAllIsProjected();
    expect(await bed.db.collection('parked').countDocuments()).toBe(0);
  });

  it('prepares a batch while the one before it is being committed, and begins anew when that fails', async () => {
    let prepared = 0;
    let committed = 0;
    let ahead = 0;
    const counted = (db: Db): BatchConsumer[] =>
      consumers(db).map((consumer) => ({
        ...consumer,
        prepare: (events, remembered) => {
          if (consumer.name === 'parcels@1') ahead = Math.max(ahead, (prepared += 1) - committed);
          return consumer.prepare(events, remembered);
        },
      }));
    bed.start({ consumers: counted, maxBatch: 3, observer: { applied: ({ consumer }) => void (consumer === 'parcels@1' && (committed += 1)) } });
    await applied(await bed.append(many(100)));
    expect(ahead).toBeGreaterThan(1);
    for (let round = 0; round < 5; round += 1) {
      // The group fails, and each of the two by itself.
      await bed.failCommits(3);
      const position = await bed.append(many(30));
      await bed.untilPastFailures('all is applied', () => isApplied(position));
    }
    await expectAllIsProjected();
    expect(await bed.db.collection('parked').countDocuments()).toBe(0);
  });

  it('knows while it prepares a batch what the one before it leads to, of however many documents', async () => {
    const names = Array.from({ length: 1_200 }, (_, index) => `p${index}`);
    const first = bed.start({ consumers });
    await applied(await bed.append(names.map((name) => weighed(name, 1))));
    await first.stop();
    // A batch of 2,000 makes all of them large and the last 800 small again; the next one those that were made large first.
    const last = await bed.append([...names.map((name) => weighed(name, 700)), ...names.toReversed().map((name) => weighed(name, 2))]);
    await bed.delayCommits(10, 300);
    bed.start({ consumers });
    await applied(last);
    await expectAllIsProjected();
  });

  it('begins by itself when the store comes that was away at its start', async () => {
    const interruptions: string[] = [];
    await bed.stopStore('mongo');
    bed.start({ consumers, observer: { interrupted: (subject) => void interruptions.push(subject) } });
    await until('the worker notices', () => interruptions.includes('leases'));
    await bed.startStore('mongo');
    await applied(await bed.append(many(30)));
    await expectAllIsProjected();
  });

  it('moves its checkpoints over what concerns none of its categories', async () => {
    bed.start({ consumers });
    await applied(await bed.append(many(5)));
    const first = await bed.appendElsewhere();
    // The server reports on foreign events in strides.
    for (let index = 0; index < 70; index += 1) await bed.appendElsewhere();
    await applied(first);
    await applied(await bed.append(many(1)));
  });

  it('adds the indexes that uniqueness does not rest on once it has worked off the backlog', async () => {
    await bed.append(many(20));
    await bed.appendElsewhere();
    let resume: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (resume = resolve));
    const held = (db: Db): BatchConsumer[] => {
      const consumer = documentConsumer(db, { ...parcels, indexes: [{ fields: { companyId: 1, grams: 1 } }, { fields: { parcel: 1 }, unique: true }] });
      return [{ ...consumer, prepare: async (events, remembered) => (await gate, consumer.prepare(events, remembered)) }];
    };
    const indexes = async (): Promise<unknown[]> => (await bed.db.collection('parcels@1').indexes().catch(() => [])).map(({ key }) => Object.keys(key).join());
    bed.start({ consumers: held });
    await until('the collection is there', async () => (await indexes()).includes('parcel'));
    expect(await indexes()).toEqual(['_id', 'parcel']);
    resume();
    await until('all indexes are there', async () => (await indexes()).includes('companyId,grams'));
    expect(await rows()).toHaveLength(20);
  });

  it('waits with a stop for the batch in progress', async () => {
    let release: () => void = () => undefined;
    let begun = false;
    const slow = (db: Db): BatchConsumer[] => {
      const consumer = documentConsumer(db, parcels);
      const gate = new Promise<void>((resolve) => (release = resolve));
      return [{ ...consumer, prepare: async (events, remembered) => ((begun = true), await gate, consumer.prepare(events, remembered)) }];
    };
    const worker = bed.start({ consumers: slow });
    await bed.append([weighed('p', 5)]);
    await until('the batch begins', () => begun);
    const stopping = worker.stop();
    release();
    await stopping;
    expect(await rows()).toMatchObject([{ parcel: 'p', grams: 5 }]);
    expect(await owners()).toEqual({ nobody: 8 });
  });

  it('reports and leaves alone a consumer whose number of partitions was changed', async () => {
    const first = bed.start({ consumers });
    await applied(await bed.append(many(5)));
    await first.stop();
    const errors: unknown[] = [];
    bed.start({ consumers: (db) => [documentConsumer(db, parcels, 4)], observer: { interrupted: (_, error) => void errors.push(error) } });
    await until('it is reported', () => errors.length > 0);
    expect(errors[0]).toBeInstanceOf(PartitionCountChanged);
    expect(await owners()).toEqual({ nobody: 8 });
  });
});
