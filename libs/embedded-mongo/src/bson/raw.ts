import { encode, type Doc } from './values.js';

const TYPE_DOCUMENT = 0x03;
const TYPE_ARRAY = 0x04;
const EMPTY_DOCUMENT_BYTES = 5;

/** Builds a BSON array around documents that are already encoded. */
export function rawArray(documents: readonly Uint8Array[]): Buffer {
  const names = documents.map((_, index) => Buffer.from(`${String(index)}\0`, 'latin1'));
  const size = documents.reduce((sum, document, index) => sum + 1 + (names[index]?.length ?? 0) + document.length, EMPTY_DOCUMENT_BYTES);
  const out = Buffer.allocUnsafe(size);
  let at = out.writeInt32LE(size, 0);
  documents.forEach((document, index) => {
    const name = names[index] ?? Buffer.alloc(0);
    out[at] = TYPE_DOCUMENT;
    out.set(name, at + 1);
    out.set(document, at + 1 + name.length);
    at += 1 + name.length + document.length;
  });
  out[at] = 0;
  return out;
}

/** Builds a document from encodable fields followed by fields whose documents or arrays are already encoded. */
export function rawDocument(fields: Doc, encoded: { readonly [name: string]: { readonly type: 'document' | 'array'; readonly bytes: Uint8Array } }): Buffer {
  const head = encode(fields);
  const parts: Uint8Array[] = [head.subarray(0, head.length - 1)];
  for (const [name, { type, bytes }] of Object.entries(encoded)) {
    parts.push(Buffer.from([type === 'array' ? TYPE_ARRAY : TYPE_DOCUMENT]), Buffer.from(`${name}\0`, 'utf8'), bytes);
  }
  const out = Buffer.concat([...parts, Buffer.from([0])]);
  out.writeInt32LE(out.length, 0);
  return out;
}
