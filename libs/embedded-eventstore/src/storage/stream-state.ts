import { decodeContent } from '../wire/record.js';

/** The revision of a stream that has no event. */
export const NO_EVENT = -1;

/**
 * The revision under which a tombstone is indexed. On the wire it is 2^63-1; rows hold the largest integer that
 * JavaScript keeps exact, so that every revision stays a plain number. No stream gets that long.
 */
export const TOMBSTONE = Number.MAX_SAFE_INTEGER;
export const TOMBSTONE_ON_WIRE = 2n ** 63n - 1n;

/** `$tb` of a soft-deleted stream: 2^63-1, which JSON.parse rounds to 2^63. */
const TRUNCATED_ENTIRELY = 2 ** 63;

/** The part of a stream's metadata that says which of its events may still be read. */
export interface StreamMetadata {
  readonly maxCount?: number;
  /** Milliseconds. */
  readonly maxAge?: number;
  readonly truncateBefore?: number;
}

/** A stream as the next append or read finds it. */
export interface StreamState {
  readonly name: string;
  /** Undefined until the first event is written. */
  number: number | undefined;
  lastRevision: number;
  metadata: StreamMetadata;
}

const METADATA_PREFIX = '$$';

/** Of its own metadata stream only the newest event counts, so only that can be read. */
export const METADATA_OF_METADATA: StreamMetadata = { maxCount: 1 };

export const isMetadataStream = (name: string): boolean => name.startsWith(METADATA_PREFIX);
export const metadataStreamOf = (name: string): string => METADATA_PREFIX + name;
export const streamOfMetadata = (name: string): string => name.slice(METADATA_PREFIX.length);

export const isTombstoned = (stream: StreamState): boolean => stream.lastRevision === TOMBSTONE;
export const isSoftDeleted = (stream: StreamState): boolean => stream.metadata.truncateBefore === TRUNCATED_ENTIRELY;

/** The first revision that metadata leaves readable. `$maxAge` is checked event by event. */
export function firstReadable({ metadata, lastRevision }: StreamState): number {
  const { maxCount, truncateBefore = 0 } = metadata;
  return Math.max(truncateBefore, maxCount === undefined ? 0 : lastRevision - maxCount + 1);
}

/** Reads stream metadata as EventStoreDB does: anything but a JSON object with positive numbers limits nothing. */
export function metadataFrom(record: Buffer): StreamMetadata {
  const { isJson, data } = decodeContent(record);
  const json = isJson ? parseObject(data) : {};
  const maxCount = positive(json['$maxCount']);
  const maxAgeSeconds = positive(json['$maxAge']);
  const truncateBefore = positive(json['$tb']);
  return {
    ...(maxCount !== undefined && { maxCount }),
    ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds * 1000 }),
    ...(truncateBefore !== undefined && { truncateBefore }),
  };
}

/** Whether stream metadata is what a soft delete writes. */
export function isSoftDelete(metadata: Buffer): boolean {
  return parseObject(metadata)['$tb'] === TRUNCATED_ENTIRELY;
}

function parseObject(data: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
