import { CommandError, notSupported } from '../errors.js';
import { decode, encode, isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { compileExpression } from '../aggregate/expressions/compile.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import type { Transaction } from '../storage/transaction.js';
import type { CursorRegistry } from '../cursors/cursor-registry.js';
import type { Sessions } from '../sessions/sessions.js';
import type { Connection } from '../wire/connection.js';
import type { Request } from '../wire/message.js';
import type { FailPoints } from './fail-points.js';

/** What the commands work with. */
export interface Server {
  readonly engine: Engine;
  readonly cursors: CursorRegistry;
  readonly sessions: Sessions;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** How many clients are connected, and how many ever were. */
  readonly connections: { readonly size: number; readonly total: number };
  /** Failures that tests ask for; undefined unless test commands are allowed. */
  readonly failPoints: FailPoints | undefined;
  /** `host:port` as clients reach this server. */
  readonly address: () => string;
}

/** An answer: a document, or one already encoded. */
export type Reply = Doc | Buffer;

/** Carries out one command. Refuses by throwing a {@link CommandError}. */
export type Handler = (command: Command) => Reply | Promise<Reply>;

/** A command with its arguments, as its handler reads them. */
export class Command {
  readonly name: string;
  readonly db: string;
  /** Whether the command's own answer is made; its cursor may live on. */
  answered = false;

  constructor(
    readonly server: Server,
    readonly request: Request,
    readonly connection: Connection,
    readonly transaction: Transaction | undefined,
  ) {
    this.name = Object.keys(request.body)[0] ?? '';
    const db = request.body['$db'];
    if (typeof db !== 'string' || db === '') throw new CommandError('InvalidNamespace', "a command needs '$db'");
    this.db = db;
  }

  get body(): Doc {
    return this.request.body;
  }

  get engine(): Engine {
    return this.server.engine;
  }

  /** @returns the collection name the command is about, which is the value of its first field */
  get target(): string {
    const target = this.body[this.name];
    if (typeof target !== 'string' || target === '') throw new CommandError('InvalidNamespace', `collection name has invalid type for ${this.name}`);
    return target;
  }

  /** @returns the collection the command is about, or undefined if it does not exist */
  get collection(): Collection | undefined {
    return this.engine.catalog.find(this.db, this.target);
  }

  /** @returns the values of the variables that the command's expressions may use: those of `let`, and the time */
  get variables(): Variables {
    const scope = { root: {}, variables: { NOW: new Date() } };
    const bound = this.doc('let');
    return { ...scope.variables, ...Object.fromEntries(Object.keys(bound).map((name) => [name, compileExpression(bound[name])(scope)])) };
  }

  /** @returns a document argument; the empty document if it is absent */
  doc(field: string): Doc {
    const value = this.body[field];
    if (value === undefined || value === null) return {};
    if (!isDoc(value)) throw new CommandError('TypeMismatch', `BSON field '${this.name}.${field}' is the wrong type, expected type 'object'`);
    return value;
  }

  /** @returns a numeric argument, or undefined if it is absent */
  number(field: string): number | undefined {
    const value = this.body[field];
    if (value === undefined || value === null) return undefined;
    const number = toNumber(value);
    if (number === undefined) throw new CommandError('TypeMismatch', `BSON field '${this.name}.${field}' is the wrong type, expected a number`);
    return number;
  }

  flag(field: string): boolean {
    return truthy(this.body[field]);
  }

  /** @returns a text argument. @throws CommandError TypeMismatch if it is absent or no text */
  text(field: string): string {
    const value = this.body[field];
    if (typeof value !== 'string') throw new CommandError('TypeMismatch', `BSON field '${this.name}.${field}' must be a string`);
    return value;
  }

  /** @returns a list of documents, sent inside the command or beside it, as bytes that may not be BSON all the way down */
  rawDocs(field: string): readonly Buffer[] {
    const sequence = this.request.sequences.get(field);
    return sequence ?? this.docs(field).map(encode);
  }

  /** @returns a list of documents, sent inside the command or beside it */
  docs(field: string): Doc[] {
    const sequence = this.request.sequences.get(field);
    if (sequence) return sequence.map(decode);
    const value = this.body[field];
    if (!Array.isArray(value) || !value.every(isDoc)) throw new CommandError('TypeMismatch', `BSON field '${this.name}.${field}' must be an array of documents`);
    return value;
  }

  /** Refuses options that would change the result. @param names of options this server does not know how to honour */
  refuse(...names: string[]): void {
    for (const name of names) {
      if (this.body[name] !== undefined && this.body[name] !== null && this.body[name] !== false) throw notSupported(`option '${name}' of ${this.name}`);
    }
  }
}

/** Only the binary comparison of texts is implemented. */
export function refuseCollation(options: Doc): void {
  const collation = options['collation'];
  if (collation === undefined || (isDoc(collation) && collation['locale'] === 'simple')) return;
  throw notSupported('collation');
}
