/** A value that cannot be read; the message completes "NAME …": `must be a port from 0 to 65535`. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Turns the text of an environment variable into a value; throws `SettingError`. */
export type Parse<Value> = (text: string) => Value;

/** One line of a configuration table: an environment variable, how it is read, what it is for. */
export interface Setting<Value> {
  readonly variable: string;
  readonly parse: Parse<Value>;
  /** Text used when the variable is not set. A required setting has neither default nor `optional`. */
  readonly default?: string;
  /** The setting may be missing: its value is then undefined. */
  readonly optional?: boolean;
  /** Never printed; may also be given as a file named by `<variable>_FILE`. */
  readonly secret?: boolean;
  /** One sentence for the README. */
  readonly doc: string;
}

/** A setting that must be set or has a default. */
export const setting = <Value>(variable: string, parse: Parse<Value>, doc: string, fallback?: string): Setting<Value> => ({
  variable,
  parse,
  doc,
  ...(fallback !== undefined && { default: fallback }),
});

/** A setting that may be missing. */
export const optional = <Value>(variable: string, parse: Parse<Value>, doc: string): Setting<Value | undefined> => ({ variable, parse, doc, optional: true });

/** A secret that may be missing, read from `<variable>` or from the file named by `<variable>_FILE`. */
export const secret = <Value>(variable: string, parse: Parse<Value>, doc: string): Setting<Value | undefined> => ({ variable, parse, doc, optional: true, secret: true });

const fail = (reason: string): never => {
  throw new SettingError(reason);
};

/** Any text that is not empty. */
export const text: Parse<string> = (value) => (value === '' ? fail('must not be empty') : value);

/** A whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const parsed = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return parsed >= min && parsed <= max ? parsed : fail(`must be a whole number from ${min} to ${max}`);
  };

/** A TCP port; 0 asks the system for a free one. */
export const port: Parse<number> = wholeNumber(0, 65_535);

/** `true` or `false`. */
export const flag: Parse<boolean> = (value) => (value === 'true' ? true : value === 'false' ? false : fail('must be true or false'));

/** One of the listed words. */
export const choice =
  <Word extends string>(...words: readonly [Word, ...Word[]]): Parse<Word> =>
  (value) =>
    words.find((word) => word === value) ?? fail(`must be one of ${words.join(', ')}`);

/** An absolute URL of one of the schemes, e.g. `url('http', 'https')`. */
export const url =
  (...schemes: readonly string[]): Parse<string> =>
  (value) =>
    // Connection strings may list several hosts, which URL cannot parse; the store's own driver reads the rest.
    schemes.some((scheme) => value.startsWith(`${scheme}://`) && value.length > scheme.length + 3) ? value : fail(`must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);

/** A secret long enough not to be guessed: at least `bytes` bytes. */
export const secretText =
  (bytes: number): Parse<string> =>
  (value) =>
    Buffer.byteLength(value) >= bytes ? value : fail(`must be at least ${bytes} bytes long`);
