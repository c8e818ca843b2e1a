import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeContent, encodeRecord, encodeResolvedLink, eventIdOf, withStructuredIds, type NewRecord } from './record.js';

const bytes = fc.uint8Array({ maxLength: 300 });
const records: fc.Arbitrary<NewRecord> = fc.record({
  id: fc.uuid(),
  stream: fc.string({ minLength: 1, unit: 'binary' }),
  revision: fc.oneof(fc.nat(), fc.constant(2n ** 63n - 1n), fc.constant(Number.MAX_SAFE_INTEGER)),
  position: fc.maxSafeNat(),
  type: fc.string({ minLength: 1, unit: 'binary' }),
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  created: fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
  customMetadata: bytes,
  data: bytes,
});

const decode = (answer: Buffer) => streamsPb.ReadResp.deserializeBinary(answer).getEvent()!;

function fields(event: ReturnType<ReturnType<typeof decode>['getEvent']>) {
  const recorded = event!;
  const metadata = recorded.getMetadataMap();
  return {
    id: recorded.getId()!.getString(),
    stream: Buffer.from(recorded.getStreamIdentifier()!.getStreamName_asU8()).toString(),
    revision: recorded.getStreamRevision(),
    position: recorded.getCommitPosition(),
    prepare: recorded.getPreparePosition(),
    type: metadata.get('type'),
    contentType: metadata.get('content-type'),
    created: metadata.get('created'),
    customMetadata: Buffer.from(recorded.getCustomMetadata_asU8()),
    data: Buffer.from(recorded.getData_asU8()),
  };
}

const expectedFields = (record: NewRecord) => ({
  ...record,
  revision: record.revision.toString(),
  position: record.position.toString(),
  prepare: record.position.toString(),
  customMetadata: Buffer.from(record.customMetadata),
  data: Buffer.from(record.data),
});

describe('a stored record', () => {
  it('is the answer that the generated classes read', () => {
    fc.assert(
      fc.property(records, (record) => {
        const readEvent = decode(encodeRecord(record));
        expect(readEvent.getCommitPosition()).toBe(record.position.toString());
        expect(fields(readEvent.getEvent())).toEqual(expectedFields(record));
      }),
    );
  });

  it('tells the server its id, its data and when it was written', () => {
    fc.assert(
      fc.property(records, (record) => {
        const encoded = encodeRecord(record);
        expect(eventIdOf(encoded)).toBe(record.id);
        expect(decodeContent(encoded)).toEqual({
          isJson: record.contentType === 'application/json',
          createdAt: Number(record.created) / 10_000,
          data: Buffer.from(record.data),
        });
      }),
    );
  });

  it('can be the target of a link, or missing', () => {
    fc.assert(
      fc.property(records, records, (link, target) => {
        const resolved = decode(encodeResolvedLink(encodeRecord(link), link.position, encodeRecord(target)));
        expect(fields(resolved.getEvent())).toEqual(expectedFields(target));
        expect(fields(resolved.getLink())).toEqual(expectedFields(link));
        const dangling = decode(encodeResolvedLink(encodeRecord(link), link.position, undefined));
        expect(dangling.hasEvent()).toBe(false);
        expect(dangling.getCommitPosition()).toBe(link.position.toString());
      }),
    );
  });

  it('can be presented with ids as two integers', () => {
    fc.assert(
      fc.property(records, (record) => {
        const bits = decode(withStructuredIds(encodeRecord(record))).getEvent()!.getId()!.getStructured()!;
        const unsigned = (text: string) => BigInt.asUintN(64, BigInt(text));
        const id = (unsigned(bits.getMostSignificantBits()) << 64n) | unsigned(bits.getLeastSignificantBits());
        expect(id.toString(16).padStart(32, '0')).toBe(record.id.replaceAll('-', ''));
      }),
    );
  });
});
