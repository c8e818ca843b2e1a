import 'reflect-metadata';
import { fieldNames } from './compile-validator.js';
import type { InputClass } from './structure-fields.js';

type Convert = (value: unknown) => unknown;

const converters = new WeakMap<InputClass, ReadonlyMap<string, Convert>>();

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

const convertTo = (design: unknown): Convert | undefined => {
  if (design === Number) return (value) => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value);
  if (design === Boolean) return (value) => (value === 'true' ? true : value === 'false' ? false : value);
  if (design === Array) return (value) => (value === undefined || Array.isArray(value) ? value : [value]);
  return undefined;
};

const convertersOf = (type: InputClass): ReadonlyMap<string, Convert> => {
  const existing = converters.get(type);
  if (existing) return existing;
  const found = new Map<string, Convert>();
  for (const name of fieldNames(type)) {
    const convert = convertTo(Reflect.getMetadata('design:type', type.prototype as object, name));
    if (convert) found.set(name, convert);
  }
  converters.set(type, found);
  return found;
};

/**
 * Query and path parameters are strings; answers a copy in which those of fields typed `number`, `boolean` or as a list are converted. What does
 * not look like one stays a string and is refused by the validator.
 */
export const typedQuery = (type: InputClass, query: Readonly<Record<string, unknown>>): object => {
  const typed: Record<string, unknown> = { ...query };
  for (const [name, convert] of convertersOf(type)) {
    if (Object.hasOwn(typed, name)) typed[name] = convert(typed[name]);
  }
  return typed;
};
