import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Clock, CommandEnvelope, CommandResult } from '#event-sourcing';
import { SECURITY_CLOCK } from '../security-clock.js';
import { SecretHasher } from '../secrets/secret-hasher.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyRecords } from './api-key-records.js';
import { formatApiKey, newApiKeySecret } from './api-key-text.js';
import { IssueApiKey, type NewApiKey } from './issue-api-key.js';
import { RevokeApiKey } from './revoke-api-key.js';

/** What issuing a key answers. */
export interface IssuedApiKey {
  readonly result: CommandResult;
  /** The key, shown this once; absent when an earlier request with the same idempotency key got it. */
  readonly key?: string;
}

/** Issues and revokes API keys: the fact goes into the log, the hash into the collection. */
@Injectable()
export class ApiKeys {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(ApiKeyRecords) private readonly records: ApiKeyRecords,
    @Inject(ApiKeyAuthenticator) private readonly authenticator: ApiKeyAuthenticator,
    @Inject(SecretHasher) private readonly hasher: SecretHasher,
    @Inject(SECURITY_CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The fact first, then the secret: a crash between the two leaves a key that nobody has, and the repeated request (same idempotency key) is given
   * its secret. Throws what commands and the store throw.
   */
  async issue(input: NewApiKey, envelope: CommandEnvelope): Promise<IssuedApiKey> {
    const result = await this.commands.execute<IssueApiKey, CommandResult>(new IssueApiKey('', input, envelope));
    const secret = newApiKeySecret();
    const added = await this.records.add({
      _id: result.id,
      companyId: envelope.companyId,
      name: input.name,
      roles: [...new Set(input.roles)],
      hash: await this.hasher.hash(secret),
      issuedAt: this.clock.now(),
      issuedBy: envelope.actor.id,
    });
    this.authenticator.forget(result.id);
    return added ? { result, key: formatApiKey({ keyId: result.id, secret }) } : { result };
  }

  /** Revokes; here at once, in other processes within two seconds. Repeating it after a failure completes it. */
  async revoke(keyId: string, envelope: CommandEnvelope): Promise<CommandResult> {
    const result = await this.commands.execute<RevokeApiKey, CommandResult>(new RevokeApiKey(keyId, {}, envelope));
    await this.records.revoke(keyId, this.clock.now());
    this.authenticator.forget(keyId);
    return result;
  }
}
