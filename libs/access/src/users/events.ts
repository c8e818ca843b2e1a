import type { CompanyId, EventOf, Role } from '#event-sourcing';

/** Somebody may log in. The password's hash is kept outside the log. */
export interface UserRegistered {
  readonly username: string;
  readonly displayName: string;
  readonly companyId: CompanyId;
  readonly roles: readonly Role[];
  /** In lower case; absent for users who have none. */
  readonly email?: string;
}

/** Somebody may not log in any more, and their tokens let nobody in. */
export interface UserDeactivated {
  readonly username: string;
}

/** The facts of `user-<username>`. */
export type UserEvent = EventOf<{ UserRegistered: UserRegistered; UserDeactivated: UserDeactivated }>;
