import { ValidateBy, type ValidationOptions } from 'class-validator';
import { registerConstraintText, type ConstraintText } from './constraint-texts.js';

/** Options of a field decorator: class-validator's, with the domain rule that the field proves in `context`. */
export interface FieldOptions extends Omit<ValidationOptions, 'message' | 'context' | 'groups' | 'always'> {
  readonly context?: { readonly rule: string };
}

/** What a constraint declares: its name (the violation's `code`), its text in both languages, and the check. */
export interface FieldConstraint<Args extends readonly unknown[]> {
  readonly name: string;
  readonly text: (...args: Args) => { readonly en: string; readonly zh: string };
  /** Builds the check once per decorated field. */
  readonly check: (...args: Args) => (value: unknown) => boolean;
}

/**
 * Declares a constraint of our own and answers its decorator factory, which takes the constraint's arguments and the options:
 * `const Text = fieldConstraint({ name: 'text', … })`, then `@Text([1, 255], { context: { rule: '9710-R8' } })`.
 */
export const fieldConstraint = <Args extends readonly unknown[]>({ name, text, check }: FieldConstraint<Args>) => {
  registerConstraintText(name, ((args: Args) => text(...args)) as unknown as ConstraintText);
  return (args: Args, options?: FieldOptions): PropertyDecorator => {
    const validate = check(...args);
    return ValidateBy({ name, constraints: [...args], validator: { validate, defaultMessage: () => `$property ${text(...args).en}` } }, options);
  };
};
