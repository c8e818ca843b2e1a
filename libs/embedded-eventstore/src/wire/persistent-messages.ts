import { readUuid } from './event-id.js';
import { withPositions, withStructuredIds, recordedEventBytes } from './record.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/* `persistent_subscriptions.ReadReq` and `ReadResp`. A ReadEvent is that of `streams.ReadResp` with a retry count. */

const SMALL_ANSWER = 64;
const LARGEST_UTF8 = 3;

/** What a consumer says of messages it was given. */
export type ConsumerMessage =
  | { readonly kind: 'acknowledge'; readonly ids: readonly string[] }
  | { readonly kind: 'refuse'; readonly ids: readonly string[]; readonly action: number; readonly reason: string }
  | { readonly kind: 'options' }
  | { readonly kind: 'nothing' };

/** @throws MalformedMessage */
export function readConsumerMessage(request: Buffer): ConsumerMessage {
  const reader = new WireReader(request);
  let message: ConsumerMessage = { kind: 'nothing' };
  for (let field = reader.nextField(); field; field = reader.nextField()) {
    if (field === 2) message = { kind: 'acknowledge', ids: readAnswer(reader.message()).ids };
    else if (field === 3) message = { kind: 'refuse', ...readAnswer(reader.message()) };
    else {
      if (field === 1) message = { kind: 'options' };
      reader.skip();
    }
  }
  return message;
}

function readAnswer(answer: WireReader): { ids: string[]; action: number; reason: string } {
  const ids: string[] = [];
  let action = 0;
  let reason = '';
  for (let field = answer.nextField(); field; field = answer.nextField()) {
    if (field === 2) ids.push(readUuid(answer.message()));
    else if (field === 3) action = answer.uint32();
    else if (field === 4) reason = answer.string();
    else answer.skip();
  }
  return { ids, action, reason };
}

export function consumerConfirmed(subscriptionId: string): Buffer {
  return new WireWriter(SMALL_ANSWER + subscriptionId.length * LARGEST_UTF8)
    .message(2, (writer) => writer.string(1, subscriptionId))
    .finish();
}

/** @param answer a `streams.ReadResp` with an event, its ids as text */
export function delivered(answer: Buffer, retryCount: number, structuredIds: boolean): Buffer {
  const response = structuredIds ? withStructuredIds(answer) : answer;
  const reader = new WireReader(response);
  reader.nextField();
  const readEvent = reader.bytes();
  const count = new WireWriter(SMALL_ANSWER).uint64(5, retryCount).finish();
  const counted = Buffer.concat([readEvent, count]);
  return new WireWriter(SMALL_ANSWER + counted.length).bytes(1, counted).finish();
}

/** The answer for a resolved link: unlike in reads, the event is said to be where its link is. */
export function resolvedDelivery(link: Buffer, linkPosition: number, target: Buffer | undefined): Buffer {
  const targetEvent = target && withPositions(recordedEventBytes(target), linkPosition);
  return new WireWriter(SMALL_ANSWER + link.length + (targetEvent?.length ?? 0))
    .message(1, (readEvent) => {
      readEvent.uint64(3, linkPosition).bytes(2, recordedEventBytes(link));
      if (targetEvent) readEvent.bytes(1, targetEvent);
    })
    .finish();
}
