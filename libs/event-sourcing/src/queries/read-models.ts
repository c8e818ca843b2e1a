import type { Db } from 'mongodb';
import { mayActFor, seesAllCompanies, type Actor, type CompanyId } from '../domain/identity.js';
import { refusal } from '../domain/refusal.js';
import type { DomainEvent } from '../domain/event.js';
import type { DocumentProjection, LogProjection } from '../projections/projection.js';
import { collectionName } from '../projections/read-model.js';
import { ChangeFeed } from './change-feed.js';
import { ScopedReader, type PartyReader, type Scope } from './scoped-reader.js';

/** A projection of either kind that keeps such rows. */
export type ProjectionOf<Row extends object, Event extends DomainEvent, State> = DocumentProjection<Row, Event> | LogProjection<Row, Event, State>;

/** A read model before it is known who reads. */
export interface Readable<Row extends object> {
  /**
   * Reads for the actor: the rows of its own company, or of all companies for roles that work across them; `company` narrows these to one.
   * Throws a `Refusal` (`forbidden`) for a company that the actor may not see.
   */
  for(actor: Actor, company?: CompanyId): ScopedReader<Row>;
  /** Reads for the actor as the other party of what companies keep: the rows whose field names the actor's e-mail address; none for an actor without one. */
  forParty(actor: Actor, field: keyof Row & string): PartyReader<Row>;
  /** Reads all rows, whoever asks: for models that hold only what companies show everybody. */
  published(): PartyReader<Row>;
}

/** The way to read models; there is none around it, so that every read is scoped to what its caller may see. */
export class ReadModels {
  private readonly feeds = new Map<string, ChangeFeed>();

  constructor(
    private readonly db: Db,
    /** Told why watching a read model was interrupted; it goes on by itself. */
    private readonly interrupted: (collection: string, error: unknown) => void = () => undefined,
  ) {}

  /** The read model that the projection keeps. */
  of<Row extends object, Event extends DomainEvent, State>(projection: ProjectionOf<Row, Event, State>): Readable<Row> {
    const feed = (): ChangeFeed => this.feedOf(collectionName(projection));
    return {
      for: (actor, company) => new ScopedReader<Row>(this.db, projection, ownedBy(visible(actor, company)), feed),
      forParty: (actor, field) => new ScopedReader<Row>(this.db, projection, { field, value: actor.email ?? NOBODY }, feed),
      published: () => new ScopedReader<Row>(this.db, projection, undefined, feed),
    };
  }

  /** Ends everything that is being watched. */
  async close(): Promise<void> {
    await Promise.all([...this.feeds.values()].map((feed) => feed.close()));
  }

  private feedOf(collection: string): ChangeFeed {
    const feed = this.feeds.get(collection) ?? new ChangeFeed(this.db.collection(collection), (error) => this.interrupted(collection, error));
    this.feeds.set(collection, feed);
    return feed;
  }
}

/** No address; no row is shared with it. */
const NOBODY = '';

const ownedBy = (company: CompanyId | undefined): Scope | undefined => company && { field: 'companyId', value: company };

const visible = (actor: Actor, company: CompanyId | undefined): CompanyId | undefined => {
  if (company === undefined) return seesAllCompanies(actor) ? undefined : actor.companyId;
  if (mayActFor(actor, company)) return company;
  throw refusal('tenancy', { en: 'only your own company can be read', zh: '只能查看本公司的数据' }, { kind: 'forbidden', field: 'companyId' });
};
