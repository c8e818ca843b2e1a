const SECRET_NAME = /^(authorization|cookie|set-cookie|password|passphrase|secret|token|access_?token|refresh_?token|api_?key|x-api-key|private_?key|signing_?key|hash|credentials?)$/i;
const MASKED = '[masked]';
const MAX_DEPTH = 8;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/(\w+:\/\/)[^\s/@]*:[^\s/@]*@/g, `$1${MASKED}@`],
  [/\bptl_([A-Za-z0-9]+)_[A-Za-z0-9_-]+/g, `ptl_$1_${MASKED}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASKED],
  [/\b(Bearer|Basic)\s+\S+/gi, `$1 ${MASKED}`],
];

/** A text without credentials of URLs, API keys, tokens. */
export const maskText = (text: string): string => SECRET_TEXTS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

/** A copy of a log record without the values of fields whose name says that they are secret, however deep; errors become plain and masked. */
export const maskFields = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> => maskObject(fields, 0);

const maskObject = (fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> => {
  const masked: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) masked[name] = SECRET_NAME.test(name) ? MASKED : maskValue(fields[name], depth + 1);
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
