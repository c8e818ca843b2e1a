import { CommandError } from '../../errors.js';
import { fieldOf } from '../../bson/paths.js';
import { isDoc, setOwn, type Doc } from '../../bson/values.js';
import type { Compile, Expression, Variables } from './expression.js';
import { OPERATORS } from './operators.js';

/** Results of `$redact`'s expression. */
export const REDACTIONS: Variables = { DESCEND: 'descend', PRUNE: 'prune', KEEP: 'keep' };

/**
 * Compiles an aggregation expression.
 * @param names variables it may use besides the system's
 * @throws CommandError InvalidPipelineOperator for an unknown operator, FailedToParse for wrong arguments, BadValue for an unknown variable
 */
export function compileExpression(spec: unknown, names: ReadonlySet<string> = new Set()): Expression {
  const compile: Compile = (operand, more = []) => compileExpression(operand, new Set([...names, ...more]));
  if (typeof spec === 'string') return spec.startsWith('$') ? path(spec, names) : () => spec;
  if (Array.isArray(spec)) {
    const items = spec.map((item: unknown) => compile(item));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (!isDoc(spec)) return () => spec;
  const keys = Object.keys(spec);
  const [operator = ''] = keys;
  if (!operator.startsWith('$')) return object(spec, compile);
  if (keys.length > 1) throw new CommandError('FailedToParse', `an expression specification must contain exactly one field, the name of the expression; found ${keys.join(', ')}`);
  const build = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!build) throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  return build(spec[operator], compile, operator);
}

/** A field whose value comes out missing is left out. */
function object(spec: Doc, compile: Compile): Expression {
  const fields = Object.keys(spec).map((name) => {
    if (name.startsWith('$') || name.includes('.')) throw new CommandError('FailedToParse', `field name '${name}' is not allowed in an object expression`);
    return { name, value: compile(spec[name]) };
  });
  return (scope) => {
    const result: Doc = {};
    for (const { name, value } of fields) {
      const computed = value(scope);
      if (computed !== undefined) setOwn(result, name, computed);
    }
    return result;
  };
}

function path(spec: string, names: ReadonlySet<string>): Expression {
  const isVariable = spec.startsWith('$$');
  const [first = '', ...rest] = spec.slice(isVariable ? 2 : 1).split('.');
  const parts = isVariable ? rest : [first, ...rest];
  if (parts.some((part) => part === '') || (isVariable && first === '')) throw new CommandError('FailedToParse', `'${spec}' is not a valid field path`);
  if (!isVariable || first === 'ROOT' || first === 'CURRENT') return ({ root }) => resolve(root, parts);
  return variable(first, parts, names);
}

function variable(name: string, parts: readonly string[], names: ReadonlySet<string>): Expression {
  if (name === 'REMOVE') return () => undefined;
  if (Object.hasOwn(REDACTIONS, name)) return () => REDACTIONS[name];
  if (name === 'NOW') return ({ variables }) => resolve(variables['NOW'], parts);
  if (!names.has(name)) throw new CommandError('BadValue', `Use of undefined variable: ${name}`);
  return ({ variables }) => resolve(variables[name], parts);
}

/** Follows field names; an array stands for the documents in it. Unlike in a filter, a number is no position. */
export function resolve(value: unknown, parts: readonly string[], from = 0): unknown {
  const part = parts[from];
  if (part === undefined) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const found = Array.isArray(item) ? undefined : resolve(item, parts, from);
      return found === undefined ? [] : [found];
    });
  }
  return resolve(fieldOf(value, part), parts, from + 1);
}
