/** Error codes of MongoDB's `error_codes.yml` that this server answers with. */
const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotCreateIndex: 67,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  InvalidOptions: 72,
  OperationFailed: 96,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  CannotIndexParallelArrays: 171,
  TransactionTooOld: 225,
  NotImplemented: 238,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  InvalidResumeToken: 260,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  DataCorruptionDetected: 366,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  UnrecognizedPipelineStage: 40324,
  IDLUnknownField: 40415,
  MergeStageNoMatchingDocument: 13113,
  InvalidPipelineOperator: 168,
  ConversionFailure: 241,
  MaxTimeMSExpired: 50,
} as const;

type CodeName = keyof typeof CODES;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(CODES).map(([name, code]) => [code, name]));

/** @returns the name of an error code as far as this server uses it, as MongoDB names those without one otherwise */
export const codeNameOf = (code: number): string => NAMES.get(code) ?? `Location${String(code)}`;

/** A refusal as the wire protocol reports it: `{ ok: 0, code, codeName, errmsg, … }`. */
export class CommandError extends Error {
  readonly code: number;

  /**
   * @param codeName name of the code in MongoDB's table
   * @param message what was wrong, naming the option or operator
   * @param details further fields of the error document, such as `keyPattern` and `keyValue`
   * @param errorLabels labels that tell a driver whether to try again
   */
  constructor(
    readonly codeName: CodeName,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly errorLabels: readonly string[] = [],
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = CODES[codeName];
  }
}

/** Another transaction wrote, or is writing, what this one wants to write; the driver starts it again. */
export const writeConflict = (): CommandError =>
  new CommandError('WriteConflict', 'the document is written by another transaction; retry the transaction', {}, ['TransientTransactionError']);

/** Refuses what MongoDB knows and this server does not, so that nothing behaves silently differently. */
export const notSupported = (what: string): CommandError =>
  new CommandError('NotImplemented', `${what} is not supported by the embedded server`);

/** @returns the error as the fields of a reply or of a write error, without `ok` */
export function errorFields(error: unknown): Record<string, unknown> {
  if (error instanceof CommandError) {
    return {
      errmsg: error.message,
      code: error.code,
      codeName: error.codeName,
      ...error.details,
      ...(error.errorLabels.length > 0 && { errorLabels: [...error.errorLabels] }),
    };
  }
  return { errmsg: error instanceof Error ? error.message : String(error), code: CODES.InternalError, codeName: 'InternalError' };
}
