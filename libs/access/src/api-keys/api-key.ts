import type { Aggregate } from '#event-sourcing';
import type { ApiKeyEvent } from './events.js';

/** What decisions know of a key. */
export interface ApiKey {
  readonly status: 'unknown' | 'active' | 'revoked';
}

export const apiKey: Aggregate<ApiKey, ApiKeyEvent> = {
  category: 'apiKey',
  initialState: { status: 'unknown' },
  evolve: (state, event) => {
    switch (event.type) {
      case 'ApiKeyIssued':
        return { status: 'active' };
      case 'ApiKeyRevoked':
        return { status: 'revoked' };
      default:
        return state;
    }
  },
};
