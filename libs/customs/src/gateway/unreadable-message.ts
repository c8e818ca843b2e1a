/** Why something received is not a message we can read. */
export type UnreadableReason = 'too-large' | 'encoding' | 'doctype' | 'malformed' | 'too-complex' | 'unknown-message' | 'invalid-field';

/** What came in is not a customs message. Trying the same bytes again will not help. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';

  constructor(
    readonly reason: UnreadableReason,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
