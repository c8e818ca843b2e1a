import { Command, type Decide } from '#event-sourcing';
import type { ApiKey } from './api-key.js';
import type { ApiKeyEvent } from './events.js';

/** Revokes an API key for good. Doing it again changes nothing. */
export class RevokeApiKey extends Command {}

export const revokeApiKey: Decide<object, ApiKey, ApiKeyEvent> = (_, { status }, { id }) =>
  status === 'active' ? [{ type: 'ApiKeyRevoked', data: { keyId: id } }] : [];
