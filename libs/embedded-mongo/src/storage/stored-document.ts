import { idOf } from '../bson/ids.js';
import { decode, type Doc } from '../bson/values.js';

/** A document where it is stored. */
export class StoredDocument {
  private decoded: Doc | undefined;

  constructor(
    readonly rid: number,
    readonly body: Buffer,
  ) {}

  get id(): unknown {
    return idOf(this.body);
  }

  /** The document, decoded once; not to be changed. */
  get doc(): Doc {
    return (this.decoded ??= decode(this.body));
  }
}

/** An index entry with the document it points to. */
export class IndexEntry extends StoredDocument {
  constructor(
    readonly key: Buffer,
    rid: number,
    body: Buffer,
  ) {
    super(rid, body);
  }
}
