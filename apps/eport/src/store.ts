import Database from 'libsql';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BehaviourSetting } from './customs/behaviour.js';
import type { HeldOrder } from './customs/register.js';

/** The door a message came through; its receipts leave by the same. */
export type Door = 'http' | 'file';

/** A receipt waiting to be delivered. */
export interface Delivery {
  readonly id: number;
  readonly messageGuid: string;
  readonly door: Door;
  readonly body: string;
  /** Failed tries so far. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (order_no TEXT, ebp_code TEXT, ebc_code TEXT, record TEXT NOT NULL, PRIMARY KEY (order_no, ebp_code, ebc_code));
  CREATE TABLE IF NOT EXISTS messages (guid TEXT PRIMARY KEY, replies TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS behaviours (key TEXT PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, message_guid TEXT NOT NULL, door TEXT NOT NULL, body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS deliveries_by_message ON deliveries (message_guid, id);
  CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (due_at);`;

/** The first waiting receipt of each message: receipts of one message leave one after the other. */
const HEADS = `SELECT id, message_guid AS messageGuid, door, body, attempts, due_at AS dueAt FROM deliveries AS head
  WHERE NOT EXISTS (SELECT 1 FROM deliveries AS earlier WHERE earlier.message_guid = head.message_guid AND earlier.id < head.id)`;

const recordIn = <Value>(row: unknown): Value | undefined => (row === undefined ? undefined : (JSON.parse((row as { record: string }).record) as Value));

/** What the simulator must not forget: orders held, messages answered, behaviours set, receipts not yet delivered. Every change is on disk when it returns. */
export class Store {
  private readonly database: Database.Database;
  private readonly statements = new Map<string, Database.Statement>();

  /** Opens or creates the store in the directory. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.database = new Database(join(directory, 'eport.db'));
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.database.exec(SCHEMA);
  }

  close(): void {
    this.database.close();
  }

  /** Runs the work as a whole or not at all. */
  atomically<Result>(work: () => Result): Result {
    return this.database.transaction(work)();
  }

  order(orderNo: string, ebpCode: string, ebcCode: string): HeldOrder | undefined {
    return recordIn(this.statement('SELECT record FROM orders WHERE order_no = ? AND ebp_code = ? AND ebc_code = ?').get(orderNo, ebpCode, ebcCode));
  }

  /** All orders of this number; platforms number their orders themselves. */
  ordersNumbered(orderNo: string): readonly HeldOrder[] {
    return this.statement('SELECT record FROM orders WHERE order_no = ?').all(orderNo).flatMap((row) => recordIn<HeldOrder>(row) ?? []);
  }

  putOrder(order: HeldOrder): void {
    const { orderNo, ebpCode, ebcCode } = order;
    this.statement('INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)').run(orderNo, ebpCode, ebcCode, JSON.stringify(order));
  }

  /** The receipts with which a message was answered before, in order. */
  replies(messageGuid: string): readonly string[] | undefined {
    const row = this.statement('SELECT replies AS record FROM messages WHERE guid = ?').get(messageGuid);
    return recordIn(row);
  }

  putReplies(messageGuid: string, replies: readonly string[]): void {
    this.statement('INSERT OR REPLACE INTO messages VALUES (?, ?)').run(messageGuid, JSON.stringify(replies));
  }

  behaviour(key: string): BehaviourSetting | undefined {
    return recordIn(this.statement('SELECT record FROM behaviours WHERE key = ?').get(key));
  }

  behaviours(): readonly BehaviourSetting[] {
    return this.statement('SELECT record FROM behaviours ORDER BY key').all().flatMap((row) => recordIn<BehaviourSetting>(row) ?? []);
  }

  putBehaviour(setting: BehaviourSetting): void {
    this.statement('INSERT OR REPLACE INTO behaviours VALUES (?, ?)').run(setting.key, JSON.stringify(setting));
  }

  removeBehaviour(key: string): void {
    this.statement('DELETE FROM behaviours WHERE key = ?').run(key);
  }

  addDelivery(delivery: Omit<Delivery, 'id' | 'attempts'>): void {
    const { messageGuid, door, body, dueAt } = delivery;
    this.statement('INSERT INTO deliveries (message_guid, door, body, due_at) VALUES (?, ?, ?, ?)').run(messageGuid, door, body, dueAt);
  }

  /** The receipts that may leave next, the earliest first; at most one of each message. */
  nextDeliveries(limit: number): readonly Delivery[] {
    return this.statement(`${HEADS} ORDER BY due_at, id LIMIT ?`).all(limit) as Delivery[];
  }

  postponeDelivery(id: number, attempts: number, dueAt: number): void {
    this.statement('UPDATE deliveries SET attempts = ?, due_at = ? WHERE id = ?').run(attempts, dueAt, id);
  }

  removeDelivery(id: number): void {
    this.statement('DELETE FROM deliveries WHERE id = ?').run(id);
  }

  /** Each statement is compiled once. */
  private statement(sql: string): Database.Statement {
    const known = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }
}
