import { Body, Controller, Inject, Param, Post, Put, type PipeTransform } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { companyId, NotFound, type Command, type CommandResult } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, type CommandAnswer, type CommandCall } from '#platform';
import { ChangeProfile } from './change-profile.js';
import { CustomsProfileInput } from './profile-input.js';
import { RegisterProfile } from './register-profile.js';

/** What a command on a customs profile answers; `ETag` and position are headers too. */
export interface ProfileAnswer extends CommandAnswer {
  readonly companyId: string;
}

const COMPANY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const companyPipe: PipeTransform<string, string> = {
  transform: (value) => {
    if (!COMPANY.test(value)) throw new NotFound('customsProfile', value);
    return value;
  },
};

/** Customs profiles are kept by the platform's operations; companies cannot set them (9710-R5). */
@Controller('v1/customs-profiles/:companyId')
@Allow('ops')
export class ProfilesController {
  constructor(@Inject(CommandBus) private readonly bus: CommandBus) {}

  /** Registers a company's first profile; it may begin in the past. 201 with `Location`. */
  @Post()
  async register(@Param('companyId', companyPipe) company: string, @Body() input: CustomsProfileInput, @Call() call: CommandCall): Promise<ProfileAnswer> {
    const envelope = { ...call.envelope, companyId: companyId(company) };
    const answer = await this.run(call, new RegisterProfile(company, input, envelope));
    void call.reply.header('location', `/v1/customs-profiles/${company}`);
    return answer;
  }

  /** Adds an entry that holds from now or a later instant on; orders sent before keep what they were sent with (9710-C16). */
  @Put()
  change(@Param('companyId', companyPipe) company: string, @Body() input: CustomsProfileInput, @Call() call: CommandCall): Promise<ProfileAnswer> {
    return this.run(call, new ChangeProfile(company, input, call.envelope));
  }

  private async run({ reply }: CommandCall, command: Command): Promise<ProfileAnswer> {
    const result = answerCommand(reply, await this.bus.execute<Command, CommandResult>(command));
    return { companyId: result.id, ...commandAnswer(result) };
  }
}
