import { createHash } from 'node:crypto';
import { Command, ROLES, type CommandEnvelope, type CompanyId, type Decide, type Role } from '#event-sourcing';
import { List, OneOf, Text } from '#platform';
import { assertMayGive, isKeyWithoutOps, keyIssuedByKey } from '../access-rules.js';
import type { ApiKey } from './api-key.js';
import type { ApiKeyEvent } from './events.js';

/** A key for machines of a company; whose company is said by the envelope, never by the body. */
export class NewApiKey {
  /** What people call it, 1 to 80 characters. */
  @Text(1, 80) declare name: string;
  /** What it may do. */
  @List({ min: 1, max: ROLES.length }) @OneOf(ROLES, { each: true }) declare roles: Role[];
}

/** Issues an API key. */
export class IssueApiKey extends Command<NewApiKey> {}

export const issueApiKey: Decide<NewApiKey, ApiKey, ApiKeyEvent, { readonly company: CompanyId }> = ({ name, roles }, _, { actor, id, company }) => {
  if (isKeyWithoutOps(actor)) throw keyIssuedByKey();
  assertMayGive(actor, company, roles);
  return [{ type: 'ApiKeyIssued', data: { keyId: id, companyId: company, name, roles: [...new Set(roles)] } }];
};

/** The id of a key. Ids are public (they stand in logs and events), so they may be derived from the request, and a repeated one finds its key. */
export const apiKeyIdFor = ({ actor, commandId }: CommandEnvelope, attempt: number): string =>
  createHash('sha256').update(`apiKey\n${actor.companyId}\n${commandId}\n${attempt}`).digest('hex').slice(0, 20);
