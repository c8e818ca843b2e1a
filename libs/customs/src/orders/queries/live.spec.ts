import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { SENT, history } from './testing/order-history.js';
import { ReadSide, type LiveEvent, type LiveStream } from '../../../../platform/src/reads/read-side.fixture.js';
import { orderProjections } from './order-projections.adapter.js';
import { OrderReadsModule } from './order-reads.module.js';

const LIST = '/v1/customs-orders/live';

describe('live updates of customs orders', () => {
  let directory: string;
  let events: EmbeddedEventStore;
  let documents: EmbeddedMongo;
  let side: ReadSide;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'live-'));
    events = await EmbeddedEventStore.start({ dataDir: join(directory, 'events'), port: 0 });
    documents = await EmbeddedMongo.start({ dataDir: join(directory, 'documents'), port: 0 });
    side = await ReadSide.start({ eventStoreUrl: events.connectionString, mongoUrl: documents.connectionString }, { reads: OrderReadsModule, projections: orderProjections });
  });

  afterAll(async () => {
    await side.stop();
    await documents.stop();
    await events.stop();
    await rm(directory, { recursive: true });
  });

  /** Reads on until the order is as expected; answers the event. */
  const until = async (stream: LiveStream, orderNo: string, revision: number): Promise<LiveEvent | undefined> => {
    for (;;) {
      const event = await stream.next();
      const data = event?.data as { orderNo?: string; revision?: number } | undefined;
      if (event === undefined || (data?.orderNo === orderNo && data.revision === revision)) return event;
    }
  };

  it('begins with sync, then tells of each order of the company as its list row', async () => {
    const stream = await side.watch(LIST);
    expect(stream.response.headers.get('content-type')).toMatch('text/event-stream');
    expect(await stream.next()).toMatchObject({ type: 'sync' });
    await side.append(history([['OrderDrafted'], ['OrderSubmitted']], { orderNo: '160000-00001', companyId: 'other' }));
    await side.append(history(SENT, { orderNo: '160000-00002' }));
    const seen: unknown[] = [];
    let event: LiveEvent | undefined;
    do {
      event = await stream.next();
      seen.push((event?.data as { companyId: string }).companyId);
    } while ((event?.data as { revision: number }).revision < SENT.length - 1);
    expect(event).toMatchObject({ type: 'order', data: { orderNo: '160000-00002', status: { value: 'TO_DECLARE' }, actions: expect.arrayContaining(['upload-declaration']) as unknown } });
    expect(new Set(seen)).toEqual(new Set(['acme']));
    stream.leave();
  });

  it('goes on after Last-Event-ID without a gap, and says sync where it cannot', async () => {
    const first = await side.watch(LIST);
    const sync = await first.next();
    first.leave();
    await side.append(history([['OrderDrafted'], ['OrderSubmitted']], { orderNo: '160000-00003' }));
    const again = await side.watch(LIST, 'exporter.acme', sync?.id);
    expect(await until(again, '160000-00003', 1)).toMatchObject({ type: 'order', data: { status: { value: 'IN_REVIEW' } } });
    again.leave();
    const lost = await side.watch(LIST, 'exporter.acme', '8200000000');
    expect(await lost.next()).toMatchObject({ type: 'sync' });
    lost.leave();
  });

  it('shows the platform every company, or the one it asks for, and an exporter no other', async () => {
    const [all, other] = await Promise.all([side.watch(LIST, 'ops.platform'), side.watch(`${LIST}?companyId=other`, 'ops.platform')]);
    await Promise.all([all.next(), other.next()]);
    await side.append(history([['OrderDrafted'], ['OrderSubmitted']], { orderNo: '160000-00004' }));
    await side.append(history([['OrderDrafted'], ['OrderSubmitted']], { orderNo: '160000-00005', companyId: 'other' }));
    expect(await until(all, '160000-00004', 1)).toBeDefined();
    expect(await other.next()).toMatchObject({ data: { orderNo: '160000-00005' } });
    all.leave();
    other.leave();
    expect((await side.watch(`${LIST}?companyId=other`)).response.status).toBe(403);
  });

  it('tells of one order as its page shows it, to those who may see it', async () => {
    await side.get(`/v1/customs-orders/160000-00006?minPosition=${await side.append(history([['OrderDrafted']], { orderNo: '160000-00006' }))}`);
    const stream = await side.watch('/v1/customs-orders/160000-00006/live');
    expect(await stream.next()).toMatchObject({ type: 'sync' });
    await side.append(history([['OrderDrafted']], { orderNo: '160000-00007' }));
    await side.follow(history([['OrderDrafted'], ['OrderSubmitted']], { orderNo: '160000-00006' }));
    expect(await stream.next()).toMatchObject({ type: 'order', data: { orderNo: '160000-00006', placed: { submission: 1 } } });
    stream.leave();
    expect((await side.watch('/v1/customs-orders/160000-00006/live', 'exporter.other')).response.status).toBe(404);
  });

  it('goes on by itself when the store was away', async () => {
    const stream = await side.watch(LIST);
    await stream.next();
    const { port } = documents;
    await documents.stop();
    while ((await side.get('/v1/customs-orders')).status !== 503);
    documents = await EmbeddedMongo.start({ dataDir: join(directory, 'documents'), port });
    await side.append(history(SENT, { orderNo: '160000-00009' }));
    expect(await until(stream, '160000-00009', SENT.length - 1)).toMatchObject({ type: 'order', data: { status: { value: 'TO_DECLARE' } } });
    stream.leave();
  });

  it('ends every stream at once when the application stops', async () => {
    const stream = await side.watch(LIST);
    await stream.next();
    const stopped = side.stopHttp();
    expect(await stream.next()).toBeUndefined();
    await stopped;
  });
});
