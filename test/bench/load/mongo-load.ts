import { MongoClient, type Collection, type Db } from 'mongodb';
import Sqlite from 'libsql';
import { keepInFlight, type ClosedLoop, type Throughput } from './keep-in-flight.js';

/** A document of the size and shape of a read model's row. */
interface Row {
  readonly _id: string;
  readonly companyId: string;
  readonly status: string;
  readonly orderedAt: Date;
  readonly amount: string;
  readonly lines: readonly object[];
  readonly actions: readonly string[];
}

const STATUSES = ['DRAFT', 'IN_REVIEW', 'SENT', 'DONE'];
const BATCH = 500;

const rowOf = (n: number): Row => ({
  _id: `row-${n}`,
  companyId: 'demo-exports',
  status: STATUSES[n % STATUSES.length] ?? '',
  orderedAt: new Date(1_700_000_000_000 + ((n * 7919) % 1_000_003) * 1000),
  amount: `${n % 100_000}.25`,
  lines: [{ name: '荔枝', quantity: '100', unit: '007', unitPrice: '100', total: '10000' }],
  actions: ['open', 'copy', 'cancel'],
});

const withRows = async <Result>(url: string, collection: string, work: (rows: Collection<Row>, db: Db) => Promise<Result>): Promise<Result> => {
  const client = await MongoClient.connect(url, { maxPoolSize: 64 });
  try {
    return await work(client.db('bench').collection<Row>(collection), client.db('bench'));
  } finally {
    await client.close();
  }
};

export interface RowRange {
  readonly mongoUrl: string;
  readonly collection: string;
  readonly from: number;
  readonly to: number;
}

/** Upserts rows in batches of 500, two batches under way. @returns rows per second */
export const upsertRows = ({ mongoUrl, collection, from, to }: RowRange): Promise<number> =>
  withRows(mongoUrl, collection, async (rows) => {
    let next = from;
    const begun = performance.now();
    const loop = async (): Promise<void> => {
      for (let first = next; first < to; first = next) {
        next = Math.min(to, first + BATCH);
        const batch = Array.from({ length: next - first }, (_, n) => rowOf(first + n));
        await rows.bulkWrite(batch.map((row) => ({ replaceOne: { filter: { _id: row._id }, replacement: row, upsert: true } })), { ordered: false });
      }
    };
    await Promise.all([loop(), loop()]);
    return ((to - from) / (performance.now() - begun)) * 1000;
  });

/** Makes the index that pages are read by, and waits for it. */
export const indexRows = ({ mongoUrl, collection }: Pick<RowRange, 'mongoUrl' | 'collection'>): Promise<string> =>
  withRows(mongoUrl, collection, (rows) => rows.createIndex({ companyId: 1, status: 1, orderedAt: -1, _id: -1 }));

export interface RawInserts {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** Puts the same rows into a SQLite table, as JSON by their key, in batches of 500 that are forced to disk. @returns rows per second */
export const insertRaw = ({ file, from, to }: RawInserts): Promise<number> => {
  const database = new Sqlite(file);
  try {
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) database.exec(`PRAGMA ${pragma}`);
    database.exec('CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID');
    const upsert = database.prepare<[(string | Buffer)[]]>('INSERT OR REPLACE INTO rows (id, body) VALUES (?, ?)');
    const begun = performance.now();
    for (let first = from; first < to; first += BATCH) {
      database.exec('BEGIN IMMEDIATE');
      for (let n = first; n < Math.min(to, first + BATCH); n++) upsert.run([rowOf(n)._id, Buffer.from(JSON.stringify(rowOf(n)))]);
      database.exec('COMMIT');
    }
    return Promise.resolve(((to - from) / (performance.now() - begun)) * 1000);
  } finally {
    database.close();
  }
};

export interface RowLoad extends ClosedLoop {
  readonly mongoUrl: string;
  readonly collection: string;
  /** Number of rows there are. */
  readonly total: number;
}

/** Looks rows up by `_id`. */
export const lookUpRows = ({ mongoUrl, collection, total, ...loop }: RowLoad): Promise<Throughput> =>
  withRows(mongoUrl, collection, (rows) =>
    keepInFlight(loop, async (index) => {
      const id = `row-${(index * 7919) % total}`;
      if ((await rows.findOne({ _id: id })) === null) throw new Error(`${id} is missing`);
    }),
  );

/** Has the server answer a constant. */
export const ping = ({ mongoUrl, collection, ...loop }: RowLoad): Promise<Throughput> =>
  withRows(mongoUrl, collection, (_, db) =>
    keepInFlight(loop, async () => {
      await db.command({ ping: 1 });
    }),
  );

/** Reads pages of 20 in the order of an index, each from another place. */
export const readPages = ({ mongoUrl, collection, ...loop }: RowLoad): Promise<Throughput> =>
  withRows(mongoUrl, collection, (rows) =>
    keepInFlight(loop, async (index) => {
      const before = rowOf(index * 7919).orderedAt;
      const filter = { companyId: 'demo-exports', status: STATUSES[index % STATUSES.length] ?? '', orderedAt: { $lte: before } };
      await rows.find(filter).sort({ orderedAt: -1, _id: -1 }).limit(20).toArray();
    }),
  );
