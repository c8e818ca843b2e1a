import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateIf, ValidateNested } from 'class-validator';
import type { FieldOptions } from './field-constraint.js';

/** A class whose decorators describe an input. */
export type InputClass<Input extends object = object> = new () => Input;

const NESTED = Symbol('portolan:nested-type');

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };

const nested = (type: () => InputClass, options: FieldOptions | undefined, each: boolean): PropertyDecorator =>
  all(ValidateNested({ ...options, each }), Type(type), (target, property) => {
    Reflect.defineMetadata(NESTED, type, target, property);
  });

/** The class of a nested field, or undefined if `@Nested`/`@NestedList` was not used. */
export const nestedTypeOf = (owner: InputClass, property: string): InputClass | undefined =>
  (Reflect.getMetadata(NESTED, owner.prototype as object, property) as (() => InputClass) | undefined)?.();

/** The field may be left out. `null` is not the same as left out and is refused. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** An object described by another class: `@Nested(() => Address)`. */
export const Nested = (type: () => InputClass, options?: FieldOptions): PropertyDecorator =>
  all(nested(type, options, false), IsObject({ ...options }));

/** A list of objects described by another class, `min` to `max` entries: `@NestedList(() => Line, { min: 1, max: 100 })`. */
export const NestedList = (type: () => InputClass, size: { readonly min?: number; readonly max: number }, options?: FieldOptions): PropertyDecorator =>
  all(nested(type, options, true), IsObject({ ...options, each: true }), List(size, options));

/** A list of `min` to `max` entries; what an entry must be is said by another decorator with `each: true`. */
export const List = (size: { readonly min?: number; readonly max: number }, options?: FieldOptions): PropertyDecorator =>
  all(ArrayMinSize(size.min ?? 0, { ...options }), ArrayMaxSize(size.max, { ...options }), IsArray({ ...options }));
