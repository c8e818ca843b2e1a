/** Names of fields whose values are secret, in small letters without `_` and `-`. */
const SECRET_NAMES = new Set(
  'authorization cookie setcookie password passphrase secret token accesstoken refreshtoken apikey xapikey privatekey signingkey hash credential credentials'.split(' '),
);
const isSecret = (name: string): boolean => SECRET_NAMES.has(name.toLowerCase().replaceAll(/[_-]/g, ''));

const MASKED = '[masked]';
const MAX_DEPTH = 8;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/(\w+:\/\/)[^\s/@]*:[^\s/@]*@/g, `$1${MASKED}@`],
  [/\bptl_([A-Za-z0-9]+)_[A-Za-z0-9_-]+/g, `ptl_$1_${MASKED}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASKED],
  [/\b(Bearer|Basic)\s+\S+/gi, `$1 ${MASKED}`],
];

/** Every text above has one of these in it, and few others have: most texts need no closer look. */
const SUSPICIOUS = /:\/\/|ptl_|eyJ|bearer|basic/i;

/** A text without credentials of URLs, API keys, tokens. */
export const maskText = (text: string): string =>
  SUSPICIOUS.test(text) ? SECRET_TEXTS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text) : text;

/** A copy of a log record without the values of fields whose name says that they are secret, however deep; errors become plain and masked. */
export const maskFields = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> => maskObject(fields, 0);

const maskObject = (fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> => {
  const masked: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) masked[name] = isSecret(name) ? MASKED : maskValue(fields[name], depth + 1);
  return masked;
};

const maskValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return maskError(value, depth);
  if (Array.isArray(value)) return value.map((entry) => maskValue(entry, depth + 1));
  if (value instanceof Date) return value.toISOString();
  return maskObject(value as Readonly<Record<string, unknown>>, depth);
};

// Only what every error has: libraries hang requests, configurations and credentials on theirs.
const maskError = (error: Error & { readonly code?: unknown }, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: maskText(error.message),
  ...(error.code !== undefined && { code: error.code }),
  stack: maskText(error.stack ?? ''),
  ...(error.cause !== undefined && { cause: maskValue(error.cause, depth + 1) }),
});
