import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { CommandDispatcher } from '../commands/command-dispatcher.js';
import { CommandExecutor } from '../commands/command-executor.js';
import { Command, useCase } from '../commands/command.js';
import { ManualClock } from '../domain/clock.js';
import type { Aggregate } from '../domain/decider.js';
import type { EventOf } from '../domain/event.js';
import { refusal } from '../domain/refusal.js';
import { FeedBed } from '../projections/feed/feed-bed.fixture.js';
import { Remembered } from '../projections/feed/remembered.js';
import { recorded, type ParcelEvent } from '../projections/parcels.fixture.js';
import { processConsumer } from './process-consumer.js';
import { processManager } from './process-manager.js';

type DepotEvent = EventOf<{ Turned: { readonly away: string } }>;

/** A depot takes nothing, and keeps who was turned away. */
const depot: Aggregate<null, DepotEvent> = { category: 'depot', initialState: null, evolve: () => null };

class TakeIn extends Command {}
class TurnAway extends Command<{ readonly away: string }> {}

const CLOSED = { en: 'closed', zh: '已关闭' };

const useCases = [
  useCase({
    command: TakeIn,
    aggregate: depot,
    begins: true,
    decide: (): readonly DepotEvent[] => {
      throw refusal('X-1', CLOSED);
    },
  }),
  useCase<{ readonly away: string }, null, DepotEvent>({ command: TurnAway, aggregate: depot, begins: true, decide: ({ away }) => [{ type: 'Turned', data: { away } }] }),
];

const storing = processManager<null, ParcelEvent>({
  name: 'storing',
  categories: ['parcel'],
  instance: ({ data }) => data.parcel,
  initialState: null,
  evolve: () => null,
  react: ({ data }) => [{ kind: 'command', command: TakeIn, target: 'north', payload: {}, refused: ({ message }) => ({ command: TurnAway, target: 'north', payload: { away: `${data.parcel}: ${message}` } }) }],
});

let bed: FeedBed;

beforeAll(async () => {
  bed = await FeedBed.set({ eventStore: (options) => EmbeddedEventStore.start(options), mongo: (options) => EmbeddedMongo.start(options) });
});

afterAll(() => bed?.clear());

it('what a process asks for instead of a refused command is done, once however often the event comes', async () => {
  const dispatcher = new CommandDispatcher(new CommandExecutor(bed.log, new ManualClock(new Date())), useCases);
  const refused: string[] = [];
  const consumer = processConsumer(storing, bed.db, dispatcher, (process, event, error) => refused.push(`${process} ${event.type} ${error.message}`));
  const event = recorded({ type: 'Lost', data: { parcel: 'p-1' } }, 1);
  for (let delivery = 0; delivery < 2; delivery += 1) await consumer.prepare([{ event, key: 'p-1', partition: 0 }], new Remembered());
  expect((await bed.log.readStream('depot-north')).map(({ type, data }) => ({ type, data }))).toEqual([{ type: 'Turned', data: { away: 'p-1: X-1: closed' } }]);
  expect(refused).toEqual(['storing Lost X-1: closed', 'storing Lost X-1: closed']);
});
