import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { compiled } from './service-process.js';

/** Commands of the tour, and what it shows that they print. */
export interface TourStep {
  readonly commands: string;
  readonly shown: string;
}

/** The steps of a README that send requests to an instance: blocks of commands, each followed by a block of output. */
export const tourOf = (readme: string): readonly TourStep[] =>
  [...readme.matchAll(/^```sh\n((?:(?!```)[\s\S])*?curl (?:(?!```)[\s\S])*?)\n```\n```\n([\s\S]*?)\n```$/gm)].map(([, commands = '', shown = '']) => ({ commands, shown }));

const END_OF_STEP = '--- end of the step ---';

/** One shell for all steps, since later ones use what earlier ones have set. */
export class TourShell {
  private readonly shell: ChildProcessByStdio<Writable, Readable, null> = spawn('sh', [], { stdio: ['pipe', 'pipe', 'inherit'] });
  private readonly output = this.shell.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;

  constructor() {
    this.shell.stdin.write(`curl() { '${process.execPath}' '${compiled('test/support/curl.js')}' "$@"; }\n`);
  }

  /** Runs the commands; answers what they print. */
  async run(commands: string): Promise<string> {
    this.shell.stdin.write(`${commands}\nprintf '%s' '${END_OF_STEP}'\n`);
    let printed = '';
    while (!printed.endsWith(END_OF_STEP)) {
      const next: IteratorResult<string, unknown> = await this.output.next();
      if (next.done === true) throw new Error(`the shell ended, having printed: ${printed}`);
      printed += next.value;
    }
    return printed.slice(0, -END_OF_STEP.length).trim();
  }

  close(): void {
    this.shell.stdin.end();
  }
}

/** What differs from run to run: order numbers, and positions in the log. */
const VARYING = /"(orderNo|draftNo|position)":"?([\d-]+)"?/g;

/** What the run has printed, in place of what the README shows, for each number that differs: later steps speak of them. */
export const numbersOf = (shown: string, printed: string): ReadonlyMap<string, string> => {
  const actual = [...printed.matchAll(VARYING)];
  return new Map([...shown.matchAll(VARYING)].flatMap(([, name, number = ''], index) => (actual[index]?.[1] === name ? [[number, actual[index]?.[2] ?? ''] as const] : [])));
};

const steady = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/"position":\d+/g, '"position":<position>')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>');

/** The parts of what the README shows that are not in what was printed, in their order; `…` stands for what is left out. */
export const missingOf = (shown: string, printed: string): readonly string[] => {
  let rest = steady(printed);
  return steady(shown)
    .split(/\s*…\s*/)
    .filter((part) => {
      const at = rest.indexOf(part);
      if (at >= 0) rest = rest.slice(at + part.length);
      return at < 0;
    });
};
