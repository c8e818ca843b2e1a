import type { EventKey } from '../storage/event-table.js';
import { isMetadataStream, isSoftDelete, streamOfMetadata } from '../storage/stream-state.js';
import type { DecodedEvent } from '../wire/record.js';

export const LINK_TYPE = '$>';
const STREAM_REFERENCE_TYPE = '$@';
const STREAM_DELETED_TYPE = '$streamDeleted';
const METADATA_TYPE = '$metadata';

/** An event as a projection sees it; what costs a look-up is looked up when asked for. */
export interface LinkSource {
  readonly key: EventKey;
  readonly stream: string;
  readonly type: string;
  readonly content: () => DecodedEvent;
}

/** What a link event holds besides the position and the id of its source. */
export interface LinkContent {
  readonly type: typeof LINK_TYPE | typeof STREAM_REFERENCE_TYPE;
  readonly data: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A standard projection of EventStoreDB: which link stream an event goes to, and what the link says. */
export interface SystemProjection {
  readonly name: string;
  /** What the names of its streams begin with, or the name of its only stream. */
  readonly prefix: string;
  /** Its number in the `$v` of EventStoreDB's link metadata. */
  readonly id: number;
  /** The link stream, or undefined when the event is not linked. */
  readonly streamFor: (source: LinkSource) => string | undefined;
  readonly link: (source: LinkSource) => LinkContent;
}

/** The projections that EventStoreDB starts with `--start-standard-projections`, numbered as it numbers them. */
export const SYSTEM_PROJECTIONS: readonly SystemProjection[] = [
  {
    name: '$streams',
    prefix: '$streams',
    id: 1,
    streamFor: ({ key }) => (key.revision === 0 ? '$streams' : undefined),
    link: ({ stream }) => ({ type: LINK_TYPE, data: `0@${stream}` }),
  },
  {
    name: '$stream_by_category',
    prefix: '$category-',
    id: 2,
    streamFor: ({ key, stream }) => (key.revision === 0 ? prefixed('$category-', categoryOf(stream)) : undefined),
    link: ({ stream }) => ({ type: STREAM_REFERENCE_TYPE, data: stream }),
  },
  {
    name: '$by_category',
    prefix: '$ce-',
    id: 3,
    streamFor: (source) => prefixed('$ce-', categoryOf(deletedStream(source) ?? source.stream)),
    link: (source) => {
      const deleted = deletedStream(source);
      const metadata = { $o: deleted ?? source.stream, ...(deleted !== undefined && { $deleted: -1 }) };
      return { type: LINK_TYPE, data: targetOf(source), metadata };
    },
  },
  {
    name: '$by_event_type',
    prefix: '$et-',
    id: 4,
    streamFor: (source) => {
      if (source.type === LINK_TYPE) return undefined;
      return `$et-${deletedStream(source) === undefined ? source.type : '$deleted'}`;
    },
    link: (source) => ({
      type: LINK_TYPE,
      // Of a metadata stream EventStoreDB names the stream it belongs to (`IndexEventsByEventType`).
      data: `${source.content().revision}@${ownerOf(source.stream)}`,
      ...(deletedStream(source) !== undefined && { metadata: { $deleted: -1 } }),
    }),
  },
  {
    name: '$by_correlation_id',
    prefix: '$bc-',
    id: 5,
    streamFor: (source) => (source.type === LINK_TYPE ? undefined : prefixed('$bc-', correlationOf(source.content()))),
    link: (source) => ({
      type: LINK_TYPE,
      data: targetOf(source),
      metadata: { $eventTimestamp: timestampOf(source.content()) },
    }),
  },
];

/** The projections see the streams of users and the metadata of these, but nothing that the server writes for itself. */
export function isProjected(stream: string): boolean {
  const owner = ownerOf(stream);
  return !owner.startsWith('$');
}

/** The text in front of the first dash, or undefined when there is none. */
export function categoryOf(stream: string): string | undefined {
  const dash = stream.indexOf('-');
  return stream.startsWith('$') || dash <= 0 ? undefined : stream.slice(0, dash);
}

/** The `$correlationId` of an event's metadata. */
export function correlationOf({ customMetadata }: DecodedEvent): string | undefined {
  if (customMetadata.length === 0) return undefined;
  try {
    const metadata: unknown = JSON.parse(customMetadata.toString());
    const isObject = typeof metadata === 'object' && metadata !== null;
    const id = isObject && '$correlationId' in metadata ? metadata.$correlationId : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

const prefixed = (prefix: string, name: string | undefined): string | undefined => (name === undefined ? undefined : prefix + name);
const ownerOf = (stream: string): string => (isMetadataStream(stream) ? streamOfMetadata(stream) : stream);

/** The stream that the event deletes, softly or for good. */
function deletedStream({ stream, type, content }: LinkSource): string | undefined {
  if (!isMetadataStream(stream)) return type === STREAM_DELETED_TYPE ? stream : undefined;
  return type === METADATA_TYPE && isSoftDelete(content().data) ? streamOfMetadata(stream) : undefined;
}

/** A link to a link is a link to its target. */
function targetOf({ stream, type, content }: LinkSource): string {
  const event = content();
  return type === LINK_TYPE ? event.data.toString() : `${event.revision}@${stream}`;
}

const TICKS_PER_MILLISECOND = 10_000n;

/** With the six decimal places that .NET writes. */
function timestampOf({ created }: DecodedEvent): string {
  const ticks = BigInt(created);
  const micros = String((ticks % TICKS_PER_MILLISECOND) / 10n).padStart(3, '0');
  return new Date(Number(ticks / TICKS_PER_MILLISECOND)).toISOString().replace('Z', `${micros}Z`);
}
