import type { Aggregate } from '#event-sourcing';
import type { UserEvent } from './events.js';

/** What decisions know of a user. */
export interface User {
  readonly status: 'unknown' | 'active' | 'deactivated';
}

export const user: Aggregate<User, UserEvent> = {
  category: 'user',
  initialState: { status: 'unknown' },
  evolve: (state, event) => {
    switch (event.type) {
      case 'UserRegistered':
        return { status: 'active' };
      case 'UserDeactivated':
        return { status: 'deactivated' };
      default:
        return state;
    }
  },
};
