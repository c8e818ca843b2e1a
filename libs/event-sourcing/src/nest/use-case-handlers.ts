import { Inject, Injectable, type Type } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '../commands/command-executor.js';
import type { AnyUseCase, Command, CommandResult } from '../commands/command.js';

/** A `@nestjs/cqrs` handler for each line of a context's table of use cases. */
export const useCaseHandlers = (useCases: readonly AnyUseCase[]): Type<ICommandHandler<Command, CommandResult>>[] =>
  useCases.map((useCase) => {
    @Injectable()
    class UseCaseHandler implements ICommandHandler<Command, CommandResult> {
      constructor(@Inject(CommandExecutor) private readonly executor: CommandExecutor) {}

      execute(command: Command): Promise<CommandResult> {
        return this.executor.execute(useCase, command);
      }
    }
    Object.defineProperty(UseCaseHandler, 'name', { value: `${useCase.command.name}Handler` });
    CommandHandler(useCase.command as never)(UseCaseHandler);
    return UseCaseHandler;
  });
