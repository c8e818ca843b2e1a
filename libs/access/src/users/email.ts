import { Command, refusal, type Aggregate, type Decide, type EventOf } from '#event-sourcing';

/** The address belongs to a user. */
export interface EmailReserved {
  readonly email: string;
  readonly username: string;
}

/** The address is free again: the user it was reserved for was not registered. */
export interface EmailFreed {
  readonly email: string;
  readonly username: string;
}

/** The facts of the streams `email-<address in lower case>`. */
export type EmailEvent = EventOf<{ EmailReserved: EmailReserved; EmailFreed: EmailFreed }>;

/** Whose address it is. */
export interface Email {
  readonly username: string | null;
}

export const email: Aggregate<Email, EmailEvent> = {
  category: 'email',
  initialState: { username: null },
  evolve: (_, { type, data }) => ({ username: type === 'EmailReserved' ? data.username : null }),
};

/** Reserves an address for a user (ACCESS-R5). */
export class ReserveEmail extends Command<{ readonly username: string }> {}

export const reserveEmail: Decide<{ readonly username: string }, Email, EmailEvent> = ({ username }, state, { id }) => {
  if (state.username === username) return [];
  if (state.username !== null) throw refusal('ACCESS-R5', { en: 'the e-mail address is taken', zh: '该邮箱已被使用' }, { field: 'email' });
  return [{ type: 'EmailReserved', data: { email: id, username } }];
};

/** Gives an address back that was reserved for the user. */
export class FreeEmail extends Command<{ readonly username: string }> {}

export const freeEmail: Decide<{ readonly username: string }, Email, EmailEvent> = ({ username }, state, { id }) =>
  state.username === username ? [{ type: 'EmailFreed', data: { email: id, username } }] : [];
