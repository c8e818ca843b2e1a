import { effect, type Effect, type Recorded } from '#event-sourcing';
import { ceb303Message, TransportFailure, UnwritableOrder, type Channel, type CustomsGateway, type CustomsMessage } from '../gateway/index.js';
import type { CustomsOrderEvent, TransmissionRequested } from './events.js';
import { RecordDispatch } from './record-dispatch.js';
import { RecordTransportFailure } from './record-transport-failure.js';

/** The platform as customs knows it: CEB's `ebpCode` and `ebpName`. */
export interface PlatformIdentity {
  readonly ebpCode: string;
  readonly ebpName: string;
}

/** As long as the command takes it. */
const MAX_REASON = 1000;

const messageFor = (data: TransmissionRequested, platform: PlatformIdentity, channel: Channel): CustomsMessage => {
  const { messageGuid, orderGuid, appType, orderNo, copMsgId, requestedAt, message } = data;
  const lines = message.lines.map(({ sku, ...line }) => (sku === undefined ? line : { ...line, itemNo: sku }));
  const order = { ...platform, ...message, messageGuid, orderGuid, appType, orderNo, appTime: new Date(requestedAt), lines };
  return { ...ceb303Message(order, channel), copMsgId };
};

/** Why the channel will not take this message, however often it is tried. */
const reasonOf = (error: unknown): string | undefined =>
  error instanceof TransportFailure || error instanceof UnwritableOrder ? error.message.slice(0, MAX_REASON) : undefined;

/**
 * Sends an order to customs when that is asked for, and records what became of it. Everything in the message comes from the event, guids included, so
 * that running again after a crash sends the same message (9710-R17).
 */
export const transmissionEffect = (gateway: CustomsGateway, channels: ReadonlyMap<string, Channel>, platform: PlatformIdentity): Effect =>
  effect<CustomsOrderEvent>({
    name: 'customs-transmission',
    categories: ['customsOrder'],
    on: {
      TransmissionRequested: async ({ data }: Recorded<{ type: 'TransmissionRequested'; data: TransmissionRequested }>, { record, signal }) => {
        const { attempt, orderNo } = data;
        const failed = (reason: string) => record('failure', { command: RecordTransportFailure, target: orderNo, payload: { attempt, reason } });
        const channel = channels.get(data.message.channel);
        if (channel === undefined) {
          await failed(`no channel ${data.message.channel} is configured`);
          return;
        }
        try {
          await gateway.send(channel.code, messageFor(data, platform, channel), signal);
        } catch (error) {
          const reason = reasonOf(error);
          // A worker that stops has not failed: another one carries the attempt on.
          if (reason === undefined || signal.aborted) throw error;
          await failed(reason);
          return;
        }
        await record('dispatch', { command: RecordDispatch, target: orderNo, payload: { attempt } });
      },
    },
  });
