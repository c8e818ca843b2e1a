/** A text for people in both languages of the product. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/**
 * How a refusal is to be understood by a caller (and mapped to HTTP): `conflict` the state does not allow it (409), `invalid` the input breaks
 * a rule (422), `forbidden` the actor may not (403), `not-found` no such thing for this caller (404), `too-early` a waiting time runs (429).
 */
export type RefusalKind = 'conflict' | 'invalid' | 'forbidden' | 'not-found' | 'too-early';

/** What else a refusal tells. */
export interface RefusalDetails {
  readonly kind?: RefusalKind;
  /** Path of the offending field, e.g. `lines[3].total`. */
  readonly field?: string;
  /** Whole seconds after which the same command may succeed. */
  readonly retryAfterSeconds?: number;
  /** Machine-readable code in kebab-case; defaults to the kind. */
  readonly code?: string;
  /** Values that explain the refusal (expected, actual, …); never secrets. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** A command refused by a domain rule: nothing was written. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** The rule's id, e.g. `9710-R20`. */
    readonly rule: string,
    readonly text: Bilingual,
    readonly details: RefusalDetails = {},
  ) {
    super(`${rule}: ${text.en}`);
  }

  get kind(): RefusalKind {
    return this.details.kind ?? 'conflict';
  }

  get code(): string {
    return this.details.code ?? this.kind;
  }
}

/** Several refusals of one command (e.g. all missing fields at once). */
export class Refusals extends Error {
  override readonly name = 'Refusals';

  constructor(readonly refusals: readonly [Refusal, ...Refusal[]]) {
    super(refusals.map((refusal) => refusal.message).join('; '));
  }
}

/** Shorthand for decisions: `throw refusal('9710-R18', { en: 'only a failed transmission is sent again', zh: '…' })`. */
export const refusal = (rule: string, text: Bilingual, details?: RefusalDetails): Refusal => new Refusal(rule, text, details);

/** An input that breaks a rule at a field. */
export const invalid = (rule: string, field: string, text: Bilingual, facts?: Readonly<Record<string, string | number | boolean>>): Refusal =>
  new Refusal(rule, text, { kind: 'invalid', field, ...(facts && { facts }) });

/** Goes on if nothing was found; otherwise throws the one refusal, or all of them together as `Refusals`. */
export const refuseIfAny = ([first, ...rest]: readonly Refusal[]): void => {
  if (first === undefined) return;
  throw rest.length === 0 ? first : new Refusals([first, ...rest]);
};
