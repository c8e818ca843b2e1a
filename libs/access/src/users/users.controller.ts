import { Body, Controller, Delete, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { NotFound, type Actor, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { Allow, answerCommand, CurrentActor, Envelope, Pattern, SignedIn, Text } from '#platform';
import { NewUser } from './register-user.js';
import { Users } from './users.js';

/** Lower case only, so that no two names look alike by case. */
export const USERNAME = /^[a-z0-9][a-z0-9._@-]{2,63}$/;

/** Who is to log in, and by what. */
class NewUserWithPassword extends NewUser {
  @Pattern(USERNAME, { en: 'must be 3 to 64 lower-case letters, digits or . _ @ -', zh: '必须是 3 至 64 个小写字母、数字或 . _ @ -' }) declare username: string;
  /** At least 12 characters (NIST SP 800-63B asks for length, not for kinds of characters). */
  @Text(12, 128) declare password: string;
}

@Controller('v1')
export class UsersController {
  constructor(@Inject(Users) private readonly users: Users) {}

  /** Who the caller is. */
  @Get('me')
  @SignedIn()
  me(@CurrentActor() { id, roles, companyId, email }: Actor): Actor {
    return { id, roles, companyId, ...(email !== undefined && { email }) };
  }

  /** Registers a user of the company in `X-Company-Id` (default: the caller's). */
  @Post('users')
  @Allow('ops')
  async register(@Body() { username, password, ...input }: NewUserWithPassword, @Envelope() envelope: CommandEnvelope, @Res({ passthrough: true }) reply: FastifyReply): Promise<CommandResult> {
    return answerCommand(reply, await this.users.register(username, password, input, envelope));
  }

  /** Keeps a user from logging in for good; tokens end within two seconds. */
  @Delete('users/:username')
  @Allow('ops')
  async deactivate(@Param('username') username: string, @Envelope() envelope: CommandEnvelope, @Res({ passthrough: true }) reply: FastifyReply): Promise<CommandResult> {
    if (!USERNAME.test(username)) throw new NotFound('user', username);
    return answerCommand(reply, await this.users.deactivate(username, envelope));
  }
}
