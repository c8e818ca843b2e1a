/** A store or gateway cannot be reached or does not answer in time; the same request may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(
    /** `EventStoreDB`, `MongoDB`, … */
    readonly store: string,
    /** Whole seconds after which to try again. */
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(`${store} is not available`, options);
  }
}

/** The stream is not at the revision the caller has seen (`If-Match`), or kept changing under a command that must not be retried. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';

  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number | undefined,
  ) {
    super(`${stream} is at revision ${actual ?? 'none'}, expected ${expected}`);
  }
}

/** The idempotency key was used before for another command or another payload. */
export class CommandKeyReused extends Error {
  override readonly name = 'CommandKeyReused';

  constructor(readonly commandId: string) {
    super(`the idempotency key ${commandId} was used for another request`);
  }
}

/** No such thing, or not visible to this caller (the two are not told apart). */
export class NotFound extends Error {
  override readonly name = 'NotFound';

  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`no ${what} ${id}`);
  }
}
