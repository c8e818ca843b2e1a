import type { Doc } from '../bson/values.js';

/** What an update needs to know besides the document. */
export interface UpdateContext {
  /** The filter that found the document, for the positional `$`. */
  readonly filter: Doc;
  /** Whether the document is being inserted by an upsert. */
  readonly inserting: boolean;
  readonly now: Date;
}

/** Turns an encoded document into its new form. */
export interface Update {
  readonly kind: 'update' | 'replace';
  apply(before: Buffer, context: UpdateContext): Buffer;
}
