import { getMetadataStorage } from 'class-validator';
import type { Bilingual } from '#event-sourcing';
import { constraintText, NOT_AN_OBJECT, REQUIRED, UNKNOWN_FIELD } from './constraint-texts.js';
import { nestedTypeOf, type InputClass } from './structure-fields.js';

/** What is wrong with one field of an input. */
export interface Violation {
  /** Path from the input's root: `lines[3].qty`; empty for the input itself. */
  readonly field: string;
  /** The constraint's name. */
  readonly code: string;
  /** The domain rule the field breaks, if the decorator names one. */
  readonly rule?: string;
  readonly message: Bilingual;
}

/** Checks an input; answers what is wrong with it, at most one violation a field, or nothing. */
export type Validator = (input: unknown) => readonly Violation[];

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type InputObject = Readonly<Record<string, unknown>>;

interface Check {
  readonly passes: (value: unknown, input: InputObject) => boolean;
  readonly each: boolean;
  readonly violation: Omit<Violation, 'field'>;
}

interface FieldPlan {
  readonly name: string;
  readonly applies: ((input: InputObject, value: unknown) => boolean) | undefined;
  readonly checks: readonly Check[];
  readonly nested: InputClass | undefined;
}

const NONE: readonly Violation[] = Object.freeze([]);
/** An answer stays readable, and bounded, however wrong the input is. */
const MAX_VIOLATIONS = 100;
const MAX_ECHOED_NAME = 64;

const validators = new WeakMap<InputClass, Validator>();

/**
 * The validator of a class, built once from the class-validator decorators of its fields: same verdict as `validateSync` with unknown fields
 * forbidden, without its cost per request. Throws for what it could not judge or explain alike: validation groups, asynchronous constraints,
 * constraints without a text in both languages, `@ValidateNested` without `@Nested`, classes without any decorator.
 */
export const compileValidator = (type: InputClass): Validator => {
  const existing = validators.get(type);
  if (existing) return existing;
  const plan = planOf(type);
  const known = new Set(plan.map(({ name }) => name));
  const validate: Validator = (input) => {
    if (!isObject(input)) return [{ field: '', code: 'object', message: NOT_AN_OBJECT }];
    let violations = NONE;
    for (const name of Object.keys(input)) {
      if (!known.has(name)) violations = append(violations, [{ field: name.slice(0, MAX_ECHOED_NAME), code: 'unknown-field', message: UNKNOWN_FIELD }]);
    }
    for (const field of plan) violations = append(violations, violationsOf(field, input));
    return violations;
  };
  validators.set(type, validate);
  return validate;
};

/** Whether any field of the class is described by decorators. */
export const describesInput = (type: InputClass): boolean => metadataOf(type).length > 0;

/** The names of the fields that the class describes. */
export const fieldNames = (type: InputClass): readonly string[] => [...new Set(metadataOf(type).map(({ propertyName }) => propertyName))];

const metadataOf = (type: InputClass): readonly Metadata[] => getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);

const append = (violations: readonly Violation[], more: readonly Violation[]): readonly Violation[] =>
  more.length === 0 || violations.length >= MAX_VIOLATIONS ? violations : [...violations, ...more].slice(0, MAX_VIOLATIONS);

const isObject = (input: unknown): input is InputObject => typeof input === 'object' && input !== null && !Array.isArray(input);

const violationsOf = (field: FieldPlan, input: InputObject): readonly Violation[] => {
  const { name } = field;
  // Own properties only: a polluted prototype must not fill in for a missing field.
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (field.applies && !field.applies(input, value)) return NONE;
  for (const check of field.checks) {
    const failedAt = failure(check, value, input);
    if (failedAt === undefined) continue;
    const violation = value === undefined ? { ...check.violation, code: 'required', message: REQUIRED } : check.violation;
    return [{ field: name + failedAt, ...violation }];
  }
  if (!field.nested) return NONE;
  const validate = compileValidator(field.nested);
  if (!Array.isArray(value)) return within(name, validate(value));
  let violations = NONE;
  for (let index = 0; index < value.length; index++) {
    const found = validate(value[index]);
    if (found.length > 0) violations = append(violations, within(`${name}[${index}]`, found));
  }
  return violations;
};

/** Undefined if the check passes, else where in the value it failed: `[3]` in a list, empty for the value itself. */
const failure = (check: Check, value: unknown, input: InputObject): string | undefined => {
  if (!check.each || !Array.isArray(value)) return check.passes(value, input) ? undefined : '';
  const index = value.findIndex((entry) => !check.passes(entry, input));
  return index < 0 ? undefined : `[${index}]`;
};

const within = (path: string, violations: readonly Violation[]): readonly Violation[] =>
  violations.map((violation) => ({ ...violation, field: violation.field === '' ? path : `${path}.${violation.field}` }));

const planOf = (type: InputClass): readonly FieldPlan[] => {
  const metadata = metadataOf(type);
  if (metadata.length === 0) throw new Error(`${type.name} describes no field by decorators, so nothing could be sent to it`);
  return fieldNames(type).map((name) => fieldPlan(type, name, metadata.filter(({ propertyName }) => propertyName === name)));
};

const fieldPlan = (type: InputClass, name: string, metadata: readonly Metadata[]): FieldPlan => {
  const where = `${type.name}.${name}`;
  const conditions = metadata.filter((entry) => entry.type === 'conditionalValidation').map((entry) => entry.constraints[0] as (input: object, value: unknown) => boolean);
  const isNested = metadata.some((entry) => entry.type === 'nestedValidation');
  const nested = isNested ? nestedTypeOf(type, name) : undefined;
  if (isNested && !nested) throw new Error(`${where}: a nested field is declared with @Nested or @NestedList`);
  return {
    name,
    applies: conditions.length === 0 ? undefined : (input, value) => conditions.every((holds) => holds(input, value)),
    // Decorators run from the last to the first; people read from the first to the last, and so do our verdicts.
    checks: metadata.toReversed().flatMap((entry) => checksOf(where, entry)),
    nested,
  };
};

const checksOf = (where: string, metadata: Metadata): readonly Check[] => {
  if (metadata.groups?.length > 0) throw new Error(`${where}: validation groups are not supported`);
  if (metadata.type !== 'customValidation' && metadata.type !== 'isDefined') return [];
  const { constraints, validateIf } = metadata;
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ name, async, instance }) => {
      const text = constraintText(name);
      if (async) throw new Error(`${where}: the constraint ${name} is asynchronous; what needs a store is decided by a command`);
      if (!text) throw new Error(`${where}: the constraint ${name} has no text in both languages`);
      const rule = (metadata.context as { rule?: string } | undefined)?.rule;
      return {
        each: metadata.each,
        violation: { code: kebab(name), ...(rule !== undefined && { rule }), message: text(constraints ?? []) },
        passes: (value, input) => {
          if (validateIf && !validateIf(input, value)) return true;
          return instance.validate(value, { value, object: input, property: metadata.propertyName, constraints, targetName: '' }) === true;
        },
      };
    });
};

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
