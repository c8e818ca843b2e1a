import { Command, refusal, ROLES, type CompanyId, type Decide, type Role } from '#event-sourcing';
import { List, OneOf, Optional, Pattern, Text } from '#platform';
import { assertMayGive } from '../access-rules.js';
import type { UserEvent } from './events.js';
import type { User } from './user.js';

/** One @ between two parts without blanks; what more an address must be, only its mail server knows. */
export const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;

/** Who is to log in. The password is no part of it: a command's hash stands in the event's metadata, and a fast hash of a password is a leak. */
export class NewUser {
  @Text(1, 80) declare displayName: string;
  @List({ min: 1, max: ROLES.length }) @OneOf(ROLES, { each: true }) declare roles: Role[];
  /** Known to be the person's own; given once over all companies, whatever its case (ACCESS-R5). */
  @Optional() @Pattern(EMAIL, { en: 'must be an e-mail address', zh: '必须是电子邮箱地址' }) declare email?: string;
}

/** Registers a user; the target is the user name. */
export class RegisterUser extends Command<NewUser> {}

export const registerUser: Decide<NewUser, User, UserEvent, { readonly company: CompanyId }> = ({ displayName, roles, email }, { status }, { actor, id, company }) => {
  // ACCESS-R4: a name is given once, so that what an actor did in the past is never taken for another's.
  if (status !== 'unknown') throw refusal('ACCESS-R4', { en: 'the user name is taken', zh: '用户名已被使用' }, { field: 'username' });
  assertMayGive(actor, company, roles);
  return [{ type: 'UserRegistered', data: { username: id, displayName, companyId: company, roles: [...new Set(roles)], ...(email !== undefined && { email: email.toLowerCase() }) } }];
};
