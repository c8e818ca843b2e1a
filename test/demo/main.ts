import { parseArgs } from 'node:util';
import { ownInstance, runningInstance } from './instance.js';
import { play, type TimelineEntry } from './journey.js';
import { playTrade } from './trade-journey.js';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, data: { type: 'string', default: process.env['PORTOLAN_DATA'] ?? './data' } } });

/** With `--json` only the entries go to standard output, one object a line; the story goes to standard error. */
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const print = (entries: readonly TimelineEntry[]): void => {
  if (values.json) {
    for (const { at, type, orderNo, actor, text } of entries) process.stdout.write(`${JSON.stringify({ at, type, orderNo, actor, text: text.en })}\n`);
    return;
  }
  const width = Math.max(...entries.map(({ type }) => type.length));
  const actorWidth = Math.max(...entries.map(({ actor }) => actor.length));
  say('');
  for (const { at, type, actor, text } of entries) say(`${at}  ${type.padEnd(width)}  ${actor.padEnd(actorWidth)}  ${text.en} · ${text.zh}`);
};

const running = await runningInstance(values.data);
say(running ? `playing on the instance of ${values.data}` : 'starting an instance of its own');
const instance = running ?? (await ownInstance());
try {
  const entries = await play(instance, say);
  print(entries);
  if (!entries.some(({ type }) => type === 'ServiceCompleted')) throw new Error('the order did not finish');
  say('');
  const traded = await playTrade(instance, say);
  print(traded);
  for (const type of ['OrderPartiallyShipped', 'OrderShipped', 'TradeOrderCompleted']) if (!traded.some((entry) => entry.type === type)) throw new Error(`the trade order has no ${type}`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await instance.stop();
}
