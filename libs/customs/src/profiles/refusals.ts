import { Refusal, Refusals, type Bilingual } from '#event-sourcing';

/** An input that breaks a rule at a field. */
export const invalid = (rule: string, field: string, text: Bilingual, facts?: Readonly<Record<string, string | number | boolean>>): Refusal =>
  new Refusal(rule, text, { kind: 'invalid', field, ...(facts && { facts }) });

/** Goes on if nothing was found; otherwise throws the one refusal, or all of them together as `Refusals`. */
export const refuseIfAny = ([first, ...rest]: readonly Refusal[]): void => {
  if (first === undefined) return;
  throw rest.length === 0 ? first : new Refusals([first, ...rest]);
};
