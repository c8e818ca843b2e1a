import { Inject, Injectable } from '@nestjs/common';
import { Db, MongoServerError, type Collection } from 'mongodb';
import type { CompanyId, Role } from '#event-sourcing';

/** A user as log-in knows it. The hash never leaves this collection. */
export interface UserRecord {
  /** The user name. */
  readonly _id: string;
  readonly companyId: CompanyId;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly email?: string;
  /** argon2id, PHC format. */
  readonly hash: string;
  readonly deactivatedAt?: Date;
}

const DUPLICATE_KEY = 11_000;

/** The collection of users. Its methods throw what the driver throws. */
@Injectable()
export class UserRecords {
  private readonly records: Collection<UserRecord>;

  constructor(@Inject(Db) db: Db) {
    this.records = db.collection<UserRecord>('access.users');
  }

  find(username: string): Promise<UserRecord | undefined> {
    return this.records.findOne({ _id: username }).then((record) => record ?? undefined);
  }

  /** Adds a record; one that is there stays as it is. */
  async add(record: UserRecord): Promise<void> {
    try {
      await this.records.insertOne(record);
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
  }

  /** Marks a user as deactivated, also one whose password was never stored. */
  async deactivate(username: string, deactivatedAt: Date): Promise<void> {
    await this.records.updateOne({ _id: username }, { $min: { deactivatedAt } }, { upsert: true });
  }
}
