import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../support/service-process.js';
import type { Order, Outcome, TaskInput, TaskName, TaskResult } from './load/tasks.js';

/** A process that puts load on the system, so that measuring takes nothing from what is measured but the processor. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(compiled('test/bench/load/main.js'), { execArgv: ['--enable-source-maps'] });

  /** Carries out one task; throws what the task threw, as text, or that the process ended. */
  async run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    const order: Order = { task, input };
    const abort = new AbortController();
    try {
      const answered = once(this.child, 'message', { signal: abort.signal }).then(([outcome]) => outcome as Outcome);
      const ended = once(this.child, 'exit', { signal: abort.signal }).then((): Outcome => ({ error: `the load generator ended during ${task}` }));
      this.child.send(order);
      const outcome = await Promise.race([answered, ended]);
      answered.catch(() => undefined); // the one that lost the race is aborted below
      ended.catch(() => undefined);
      if ('error' in outcome) throw new Error(outcome.error);
      return outcome.result as TaskResult<Name>;
    } finally {
      abort.abort();
    }
  }

  async close(): Promise<void> {
    if (!this.child.connected) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}

/** Gives a load generator to the work and ends it afterwards. */
export const withLoadGenerator = async <Result>(work: (load: LoadGenerator) => Promise<Result>): Promise<Result> => {
  const load = new LoadGenerator();
  try {
    return await work(load);
  } finally {
    await load.close();
  }
};
