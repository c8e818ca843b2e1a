import { Inject, Injectable } from '@nestjs/common';
import { Db, MongoServerError, type Collection, type Filter } from 'mongodb';
import type { CompanyId, Role } from '#event-sourcing';

/** A key as the authenticator knows it. The hash never leaves this collection. */
export interface ApiKeyRecord {
  /** The key's id. */
  readonly _id: string;
  readonly companyId: CompanyId;
  readonly name: string;
  readonly roles: readonly Role[];
  /** argon2id, PHC format. */
  readonly hash: string;
  readonly issuedAt: Date;
  readonly issuedBy: string;
  readonly revokedAt?: Date;
}

/** What may be shown of a key. */
export type ApiKeyDescription = Omit<ApiKeyRecord, 'hash'>;

const DUPLICATE_KEY = 11_000;

/** The collection of API keys. Its methods throw what the driver throws. */
@Injectable()
export class ApiKeyRecords {
  private readonly records: Collection<ApiKeyRecord>;

  constructor(@Inject(Db) db: Db) {
    this.records = db.collection<ApiKeyRecord>('access.apiKeys');
  }

  find(keyId: string): Promise<ApiKeyRecord | undefined> {
    return this.records.findOne({ _id: keyId }).then((record) => record ?? undefined);
  }

  /** Adds a record; false if there is one (or the mark of a revocation that came first). */
  async add(record: ApiKeyRecord): Promise<boolean> {
    try {
      await this.records.insertOne(record);
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  /** Marks a key as revoked, also one whose secret was never stored: then nothing can bring it to life any more. */
  async revoke(keyId: string, revokedAt: Date): Promise<void> {
    await this.records.updateOne({ _id: keyId }, { $min: { revokedAt } }, { upsert: true });
  }

  /** Keys by id, at most `limit`, after the id given, of one company or (undefined) of all. */
  list(company: CompanyId | undefined, limit: number, after: string | undefined): Promise<ApiKeyDescription[]> {
    const filter: Filter<ApiKeyRecord> = {
      name: { $exists: true },
      ...(company !== undefined && { companyId: company }),
      ...(after !== undefined && { _id: { $gt: after } }),
    };
    return this.records.find(filter).project<ApiKeyDescription>({ hash: 0 }).sort({ _id: 1 }).limit(limit).toArray();
  }
}
