import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';
import { readMapEntry } from './write-requests.js';

/*
 * A stored record is a complete `streams.ReadResp` that holds one event, so that a read of it is a copy of bytes:
 *   ReadResp.event = 1, ReadEvent.event = 1 / link = 2 / commit_position = 3,
 *   RecordedEvent.id = 1, stream_identifier = 2, stream_revision = 3, prepare_position = 4, commit_position = 5,
 *   metadata = 6 (map), custom_metadata = 7, data = 8.
 */

export interface NewRecord {
  /** Lower-case uuid with dashes. */
  readonly id: string;
  readonly stream: string;
  readonly revision: number | bigint;
  readonly position: number;
  readonly type: string;
  readonly contentType: string;
  /** Ticks of 100 ns since 1970-01-01 UTC, as decimal digits. */
  readonly created: string;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
}

/** What the server itself needs to know of a stored event. */
export interface RecordContent {
  readonly isJson: boolean;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  readonly data: Buffer;
}

const NOTHING: Buffer = Buffer.alloc(0);
const FIXED_FIELDS_BYTES = 256;
const TICKS_PER_MILLISECOND = 10_000;
const MAX_UTF8_BYTES_PER_UNIT = 3;

export function encodeRecord(record: NewRecord): Buffer {
  const texts = record.stream.length + record.type.length;
  const capacity = FIXED_FIELDS_BYTES + texts * MAX_UTF8_BYTES_PER_UNIT + record.customMetadata.length + record.data.length;
  return new WireWriter(capacity)
    .message(1, (readEvent) =>
      readEvent.uint64(3, record.position).message(1, (event) =>
        event
          .bytes(8, record.data)
          .bytes(7, record.customMetadata)
          .message(6, (entry) => entry.string(2, record.created).string(1, 'created'))
          .message(6, (entry) => entry.string(2, record.contentType).string(1, 'content-type'))
          .message(6, (entry) => entry.string(2, record.type).string(1, 'type'))
          .uint64(5, record.position)
          .uint64(4, record.position)
          .uint64(3, record.revision)
          .message(2, (identifier) => identifier.string(3, record.stream))
          .message(1, (id) => id.string(2, record.id)),
      ),
    )
    .finish();
}

export function decodeContent(record: Buffer): RecordContent {
  let isJson = false;
  let createdAt = 0;
  let data = NOTHING;
  const event = recordedEvent(record);
  for (let field = event.nextField(); field; field = event.nextField()) {
    if (field === 8) data = event.bytes();
    else if (field === 6) {
      const [key, value] = readMapEntry(event.message());
      if (key === 'content-type') isJson = value === 'application/json';
      else if (key === 'created') createdAt = Number(value) / TICKS_PER_MILLISECOND;
    } else event.skip();
  }
  return { isJson, createdAt, data };
}

/** A stored event taken apart. Byte fields are views of the record. */
export interface DecodedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  /** Ticks of 100 ns since 1970-01-01 UTC, as decimal digits. */
  readonly created: string;
  readonly customMetadata: Buffer;
  readonly data: Buffer;
}

export function decodeEvent(record: Buffer): DecodedEvent {
  const event = { id: eventIdOf(record), stream: '', revision: 0n, type: '', created: '', customMetadata: NOTHING, data: NOTHING };
  const reader = recordedEvent(record);
  for (let field = reader.nextField(); field; field = reader.nextField()) {
    if (field === 2) event.stream = readName(reader.message());
    else if (field === 3) event.revision = reader.uint64();
    else if (field === 6) {
      const [key, value] = readMapEntry(reader.message());
      if (key === 'type') event.type = value;
      else if (key === 'created') event.created = value;
    } else if (field === 7) event.customMetadata = reader.bytes();
    else if (field === 8) event.data = reader.bytes();
    else reader.skip();
  }
  return event;
}

export function eventIdOf(record: Buffer): string {
  const event = recordedEvent(record);
  event.nextField();
  const id = event.message();
  id.nextField();
  return id.string();
}

/**
 * The answer for a link event whose links are resolved.
 *
 * @param target the stored event the link names, or undefined when there is none (any more)
 */
export function encodeResolvedLink(link: Buffer, linkPosition: number, target: Buffer | undefined): Buffer {
  const targetEvent = target && recordedEventBytes(target);
  return new WireWriter(FIXED_FIELDS_BYTES + link.length + (targetEvent?.length ?? 0))
    .message(1, (readEvent) => {
      readEvent.uint64(3, linkPosition).bytes(2, recordedEventBytes(link));
      if (targetEvent) readEvent.bytes(1, targetEvent);
    })
    .finish();
}

/** The same answer with its event ids as two 64-bit integers instead of text. */
export function withStructuredIds(answer: Buffer): Buffer {
  return new WireWriter(FIXED_FIELDS_BYTES + answer.length)
    .message(1, (writer) => {
      const readEvent = unwrap(answer);
      const parts: [field: number, value: Buffer | bigint][] = [];
      for (let field = readEvent.nextField(); field; field = readEvent.nextField())
        parts.unshift([field, field === 3 ? readEvent.uint64() : structuredId(readEvent.bytes())]);
      for (const [field, value] of parts) {
        if (typeof value === 'bigint') writer.uint64(field, value);
        else writer.bytes(field, value);
      }
    })
    .finish();
}

function structuredId(recordedEventBytes: Buffer): Buffer {
  const reader = new WireReader(recordedEventBytes);
  reader.nextField();
  const id = reader.message();
  const rest = recordedEventBytes.subarray(reader.position);
  id.nextField();
  const hex = id.string().replaceAll('-', '');
  const header = new WireWriter(FIXED_FIELDS_BYTES).message(1, (uuid) =>
    uuid.message(1, (bits) => bits.uint64(2, BigInt(`0x${hex.slice(16)}`)).uint64(1, BigInt(`0x${hex.slice(0, 16)}`))),
  );
  return Buffer.concat([header.finish(), rest]);
}

function readName(identifier: WireReader): string {
  identifier.nextField();
  return identifier.string();
}

function unwrap(response: Buffer): WireReader {
  const reader = new WireReader(response);
  reader.nextField();
  return reader.message();
}

/** A `RecordedEvent` with other positions, which are its fields 4 and 5. */
export function withPositions(event: Buffer, position: number): Buffer {
  const reader = new WireReader(event);
  let start = 0;
  for (let field = reader.nextField(); field !== 4; field = reader.nextField()) {
    reader.skip();
    start = reader.position;
  }
  reader.skip();
  reader.nextField();
  reader.skip();
  const positions = new WireWriter(FIXED_FIELDS_BYTES).uint64(5, position).uint64(4, position).finish();
  return Buffer.concat([event.subarray(0, start), positions, event.subarray(reader.position)]);
}

/** The `RecordedEvent` of a stored record. */
export function recordedEventBytes(record: Buffer): Buffer {
  const readEvent = unwrap(record);
  readEvent.nextField();
  return readEvent.bytes();
}

function recordedEvent(record: Buffer): WireReader {
  return new WireReader(recordedEventBytes(record));
}
