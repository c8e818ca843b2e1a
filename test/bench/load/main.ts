import { tasks, type Order, type Outcome } from './tasks.js';

/** A load generator: does what it is told over the channel to its parent, one task after the other, until the channel closes. */
const carryOut = async ({ task, input }: Order): Promise<Outcome> => {
  try {
    return { result: await (tasks[task] as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

process.on('message', (order: Order) => void carryOut(order).then((outcome) => process.send?.(outcome)));
