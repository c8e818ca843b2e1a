import { CommandError } from '../errors.js';
import { fieldsOf, isDoc, setOwn, type Doc } from '../bson/values.js';
import { compileExpression } from './expressions/compile.js';
import type { Expression, Scope } from './expressions/expression.js';

/** A tree of paths to be set; a leaf computes the value for its path. */
interface Node {
  readonly children: Map<string, Node>;
  value?: Expression;
}

/**
 * Compiles the fields of `$addFields`, or the computed ones of a projection.
 * @returns what sets them; an array on the way stands for each of its elements, anything else gives way to a document
 * @throws CommandError FailedToParse for a path that is empty or inside another one
 */
export function compileFieldSetter(spec: Doc, names: ReadonlySet<string>): (doc: Doc, scope: Scope) => Doc {
  const root: Node = { children: new Map() };
  for (const path of Object.keys(spec)) add(root, path, spec[path], names);
  return (doc, scope) => set(doc, root, scope) as Doc;
}

/** A document without operators stands for the paths in it. */
function add(root: Node, path: string, value: unknown, names: ReadonlySet<string>): void {
  if (isDoc(value) && Object.keys(value).length > 0 && !Object.keys(value).some((key) => key.startsWith('$'))) {
    for (const key of Object.keys(value)) add(root, `${path}.${key}`, value[key], names);
    return;
  }
  let node = root;
  for (const part of path.split('.')) {
    if (part === '' || part.startsWith('$')) throw new CommandError('FailedToParse', `FieldPath '${path}' has an empty field name or one that begins with '$'`);
    const next = node.children.get(part) ?? { children: new Map<string, Node>() };
    if (node.value) throw collision(path);
    node.children.set(part, next);
    node = next;
  }
  if (node.value || node.children.size > 0) throw collision(path);
  node.value = compileExpression(value, names);
}

const collision = (path: string): CommandError => new CommandError('FailedToParse', `Invalid specification: path collision at ${path}`);

function set(value: unknown, node: Node, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => set(item, node, scope));
  const result: Doc = { ...fieldsOf(value) };
  for (const [name, child] of node.children) {
    const computed = child.value ? child.value(scope) : set(Object.hasOwn(result, name) ? result[name] : undefined, child, scope);
    if (computed === undefined) Reflect.deleteProperty(result, name);
    else setOwn(result, name, computed);
  }
  return result;
}
