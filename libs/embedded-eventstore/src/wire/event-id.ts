import { MalformedMessage, type WireReader } from './wire-reader.js';

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BARE = /^[0-9a-f]{32}$/;

/** Sent where a uuid should be, but none. */
export class InvalidUuid extends MalformedMessage {}

/**
 * Reads an `event_store.client.UUID`, as text or as two 64-bit integers, in any notation the server takes
 * (upper case, braces, no dashes). Answers it in lower case with dashes.
 *
 * @throws InvalidUuid
 */
export function readUuid(uuid: WireReader): string {
  let text = '';
  for (let field = uuid.nextField(); field; field = uuid.nextField()) {
    if (field === 1) text = readStructured(uuid.message());
    else if (field === 2) text = uuid.string();
    else uuid.skip();
  }
  return canonicalUuid(text);
}

/** @throws InvalidUuid */
export function canonicalUuid(text: string): string {
  if (CANONICAL.test(text)) return text;
  const digits = text.trim().toLowerCase().replace(/^[{(]|[)}]$/g, '').replaceAll('-', '');
  if (!BARE.test(digits)) throw new InvalidUuid('Unrecognized Guid format.');
  return withDashes(digits);
}

function readStructured(bits: WireReader): string {
  let most = 0n;
  let least = 0n;
  for (let field = bits.nextField(); field; field = bits.nextField()) {
    if (field === 1) most = bits.uint64();
    else if (field === 2) least = bits.uint64();
    else bits.skip();
  }
  return withDashes(((most << 64n) | least).toString(16).padStart(32, '0'));
}

function withDashes(digits: string): string {
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
