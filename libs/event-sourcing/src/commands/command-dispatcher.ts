import type { Command, CommandResult, AnyUseCase, CommandEnvelope } from './command.js';
import type { CommandExecutor } from './command-executor.js';

/** Runs commands that are known by name: those that processes ask for and deadlines keep. */
export class CommandDispatcher {
  private readonly byName: ReadonlyMap<string, AnyUseCase>;

  /** Throws if two use cases answer to the same command name. */
  constructor(
    private readonly executor: CommandExecutor,
    useCases: readonly AnyUseCase[],
  ) {
    this.byName = new Map(useCases.map((useCase) => [useCase.command.name, useCase]));
    if (this.byName.size !== useCases.length) throw new Error('two use cases have the same command name');
  }

  /** Throws what `CommandExecutor.execute` throws, and `Error` for a name that no use case answers to. */
  async dispatch(name: string, target: string, payload: object, envelope: CommandEnvelope): Promise<CommandResult> {
    const useCase = this.byName.get(name);
    if (useCase === undefined) throw new Error(`no use case answers to the command ${name}`);
    const command: Command = new useCase.command(target, payload, envelope);
    return this.executor.execute(useCase, command);
  }
}
