import { Global, Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { PatientMongoClient } from '#event-sourcing';
import { Readiness } from '../health/readiness.js';

/** Where MongoDB is. */
export interface MongoOptions {
  /** Connection string; may hold credentials, so it is never logged. */
  readonly url: string;
  /** Database name; default `portolan`. */
  readonly database?: string;
  /** Shown in MongoDB's own logs and `currentOp`. */
  readonly appName: string;
}

/** Fit for production: majority writes, retries, and an absent store answers in about two seconds instead of thirty. */
const DRIVER_OPTIONS: MongoClientOptions = {
  retryWrites: true,
  retryReads: true,
  writeConcern: { w: 'majority' },
  readConcern: { level: 'majority' },
  serverSelectionTimeoutMS: 2000,
  connectTimeoutMS: 2000,
  waitQueueTimeoutMS: 2000,
  socketTimeoutMS: 30_000,
  heartbeatFrequencyMS: 2000,
  maxPoolSize: 50,
  ignoreUndefined: true,
};

/** A client as every app uses it. Connects when first used, and again by itself after the store was away, be it at first. */
export const mongoClient = ({ url, appName }: MongoOptions): MongoClient => new PatientMongoClient(url, { ...DRIVER_OPTIONS, appName });

@Injectable()
class MongoConnection implements OnApplicationShutdown {
  constructor(
    @Inject(MongoClient) private readonly client: MongoClient,
    @Inject(Db) db: Db,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.register('mongodb', async () => void (await db.command({ ping: 1 })));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}

/** Gives every module one `MongoClient` and one `Db` (inject the classes), watched by readiness and closed last. */
@Global()
@Module({})
export class MongoModule {
  static forRoot(options: MongoOptions): DynamicModule {
    return {
      module: MongoModule,
      providers: [
        { provide: MongoClient, useFactory: () => mongoClient(options) },
        { provide: Db, useFactory: (client: MongoClient) => client.db(options.database ?? 'portolan'), inject: [MongoClient] },
        MongoConnection,
      ],
      exports: [MongoClient, Db],
    };
  }
}
