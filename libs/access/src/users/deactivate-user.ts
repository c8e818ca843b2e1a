import { Command, type Decide } from '#event-sourcing';
import type { UserEvent } from './events.js';
import type { User } from './user.js';

/** Keeps a user from logging in for good. Doing it again changes nothing. */
export class DeactivateUser extends Command {}

export const deactivateUser: Decide<object, User, UserEvent> = (_, { status }, { id }) =>
  status === 'active' ? [{ type: 'UserDeactivated', data: { username: id } }] : [];
