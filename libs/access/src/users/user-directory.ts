import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Clock } from '#event-sourcing';
import { SECURITY_CLOCK } from '../security-clock.js';
import { RecentRecords } from '../secrets/recent-records.js';
import { UserRecords } from './user-records.js';

/** Who users are now: what a token lets in is decided by the user's record, never older than two seconds. */
@Injectable()
export class UserDirectory {
  private readonly actors: RecentRecords<Actor>;

  constructor(@Inject(UserRecords) records: UserRecords, @Inject(SECURITY_CLOCK) clock: Clock) {
    this.actors = new RecentRecords<Actor>(async (username) => {
      const user = await records.find(username);
      return user && !user.deactivatedAt ? Object.freeze({ id: `user:${username}`, roles: user.roles, companyId: user.companyId, ...(user.email !== undefined && { email: user.email }) }) : undefined;
    }, clock);
  }

  /** The user's actor, at once if it was read lately; undefined (or a promise of it) for one who may not log in. Rejects with what the store throws. */
  actor(username: string): Actor | undefined | Promise<Actor | undefined> {
    const recent = this.actors.recent(username);
    return recent ? recent.item : this.actors.read(username);
  }

  /** Makes this process obey a change it has just made. */
  forget(username: string): void {
    this.actors.forget(username);
  }
}
