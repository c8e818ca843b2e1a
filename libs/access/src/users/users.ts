import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Refusal, type Clock, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { SECURITY_CLOCK } from '../security-clock.js';
import { SecretHasher } from '../secrets/secret-hasher.js';
import { DeactivateUser } from './deactivate-user.js';
import { FreeEmail, ReserveEmail } from './email.js';
import { RegisterUser, type NewUser } from './register-user.js';
import { UserDirectory } from './user-directory.js';
import { UserRecords } from './user-records.js';

/** Registers and deactivates users: the fact goes into the log, the password's hash into the collection. */
@Injectable()
export class Users {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(UserRecords) private readonly records: UserRecords,
    @Inject(UserDirectory) private readonly directory: UserDirectory,
    @Inject(SecretHasher) private readonly hasher: SecretHasher,
    @Inject(SECURITY_CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The address is reserved, then the fact, then the password: after a crash between the two, the repeated request (same idempotency key) completes it. The company is the
   * envelope's. Throws what commands and the store throw.
   */
  async register(username: string, password: string, input: NewUser, envelope: CommandEnvelope): Promise<CommandResult> {
    const { email } = input;
    if (email !== undefined) await this.commands.execute(new ReserveEmail(email.toLowerCase(), { username }, envelope));
    const result = await this.registered(username, input, envelope);
    await this.records.add({
      _id: username,
      companyId: envelope.companyId,
      displayName: input.displayName,
      roles: [...new Set(input.roles)],
      ...(email !== undefined && { email: email.toLowerCase() }),
      hash: await this.hasher.hash(password),
    });
    this.directory.forget(username);
    return result;
  }

  /** Registers, or gives the address back that was reserved for nothing. */
  private async registered(username: string, input: NewUser, envelope: CommandEnvelope): Promise<CommandResult> {
    try {
      return await this.commands.execute<RegisterUser, CommandResult>(new RegisterUser(username, input, envelope));
    } catch (error) {
      if (input.email !== undefined && error instanceof Refusal) {
        const commandId = `${envelope.commandId}/free-email`;
        await this.commands.execute(new FreeEmail(input.email.toLowerCase(), { username }, { ...envelope, commandId }));
      }
      throw error;
    }
  }

  /** Deactivates; here at once, in other processes within two seconds, for tokens as well. */
  async deactivate(username: string, envelope: CommandEnvelope): Promise<CommandResult> {
    const result = await this.commands.execute<DeactivateUser, CommandResult>(new DeactivateUser(username, {}, envelope));
    await this.records.deactivate(username, this.clock.now());
    this.directory.forget(username);
    return result;
  }
}
