import { processManager, type Reaction, type Recorded } from '#event-sourcing';
import type { BatchEvent } from './batch-events.js';
import { exchangeRate, pairOf, rateAt, withRate, type ExchangeRate, type ExchangeRateEvent } from './rates/exchange-rate.js';
import { CompleteRelease } from './record-customs-release.js';

interface WaitingRelease {
  readonly orderNo: string;
  readonly declarationNo: string;
  readonly releasedAt: string;
}

/** What waits for rates of a pair of currencies, and the rates it could have. */
interface WaitingRoom extends ExchangeRate {
  readonly waiting: readonly WaitingRelease[];
}

type Watched = Extract<BatchEvent, { type: 'ReleasePending' | 'DeclarationReleased' }> | ExchangeRateEvent;

const isWaiting = (waiting: readonly WaitingRelease[], { orderNo, declarationNo }: Pick<WaitingRelease, 'orderNo' | 'declarationNo'>): boolean =>
  waiting.some((release) => release.orderNo === orderNo && release.declarationNo === declarationNo);

const evolve = (room: WaitingRoom, { type, data }: Recorded<Watched>): WaitingRoom => {
  switch (type) {
    case 'ExchangeRateStored':
      return { ...room, ...withRate(room, data) };
    case 'ReleasePending': {
      const { orderNo, declarationNo, releasedAt } = data;
      return isWaiting(room.waiting, data) ? room : { ...room, waiting: [...room.waiting, { orderNo, declarationNo, releasedAt }] };
    }
    case 'DeclarationReleased':
      return { ...room, waiting: room.waiting.filter((release) => !isWaiting([data], release)) };
  }
  return room;
};

const complete = (room: WaitingRoom, { orderNo, declarationNo, releasedAt }: WaitingRelease): readonly Reaction[] => {
  const rate = rateAt(room, releasedAt);
  return rate === undefined ? [] : [{ kind: 'command', command: CompleteRelease, target: orderNo, payload: { declarationNo, rate } }];
};

/** A rate may have been stored just before the release found none: then it is there already. */
const react = ({ type, data }: Recorded<Watched>, room: WaitingRoom): readonly Reaction[] => {
  switch (type) {
    case 'ExchangeRateStored':
      return room.waiting.flatMap((release) => complete(room, release));
    case 'ReleasePending':
      return complete(room, data);
    default:
      return [];
  }
};

/** The pair of currencies that an event is about. */
const instance = (event: Recorded<Watched>): string | undefined => {
  switch (event.type) {
    case 'ExchangeRateStored':
      return pairOf(event.data.from, event.data.to);
    case 'ReleasePending':
      return pairOf(event.data.currency, event.data.orderCurrency);
    case 'DeclarationReleased':
      return event.data.orderCurrency === undefined ? undefined : pairOf(event.data.currency, event.data.orderCurrency);
    default:
      return undefined;
  }
};

/** Counts releases that waited for a rate as soon as one is stored that holds at their date (9710-C12). */
export const pendingReleases = processManager<WaitingRoom, Watched>({
  name: 'pending-releases',
  categories: ['tradeOrder', exchangeRate.category],
  instance,
  initialState: { entries: [], waiting: [] },
  evolve,
  react,
});
