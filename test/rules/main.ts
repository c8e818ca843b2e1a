import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A rule of the domain; `reason` says why no test can stand for it. */
interface Rule {
  readonly rule: string;
  readonly text: string;
  readonly reason?: string;
}

/** A rule and the tests whose names begin with its id. */
export interface Coverage extends Rule {
  readonly tests: readonly string[];
}

const RULE_ID = /^(?:[A-Z0-9]+-[RC]\d+)$/;

/** The names of the tests in a source text that begin with rule ids. */
const namesIn = (source: string): string[] =>
  [...source.matchAll(/\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[\s\S])+?)\1/g)].map((match) => match[2] ?? '').filter((name) => rulesOf(name).length > 0);

/** The ids at the start of a test's name: `9710-R18 9710-C2 offers …` proves two rules. */
const rulesOf = (name: string): string[] => {
  const words = name.split(/[\s,]+/);
  const end = words.findIndex((word) => !RULE_ID.test(word));
  return words.slice(0, end === -1 ? undefined : end);
};

const specs = async (root: string): Promise<string[]> => {
  const files: string[] = [];
  for (const folder of ['apps', 'libs', 'test']) {
    for (const entry of await readdir(join(root, folder), { recursive: true })) if (entry.endsWith('.spec.ts')) files.push(join(root, folder, entry));
  }
  return files;
};

const ruleLists = ['libs/customs/rules.json', 'libs/trade/rules.json', 'libs/access/rules.json'];

/** Every rule with its tests. Throws if a test names a rule that no list has. */
export const coverage = async (root: string): Promise<Coverage[]> => {
  const rules = (await Promise.all(ruleLists.map(async (file) => JSON.parse(await readFile(join(root, file), 'utf8')) as Rule[]))).flat();
  const tests = new Map<string, string[]>(rules.map(({ rule }) => [rule, []]));
  for (const file of await specs(root)) {
    for (const name of namesIn(await readFile(file, 'utf8'))) {
      for (const rule of rulesOf(name)) {
        const found = tests.get(rule);
        if (found === undefined) throw new Error(`${file}: "${name}" names ${rule}, which is in no list of rules`);
        found.push(name);
      }
    }
  }
  return rules.map((rule) => ({ ...rule, tests: tests.get(rule.rule) ?? [] }));
};

const print = (rows: readonly Coverage[], json: boolean): void => {
  for (const { rule, text, tests, reason } of rows) {
    if (json) console.log(JSON.stringify({ rule, tests, reason: tests.length > 0 ? null : (reason ?? null) }));
    else console.log(`${rule.padEnd(9)} ${tests.length > 0 ? `${String(tests.length).padStart(2)} test(s)` : (reason ?? 'NO TEST')}  ${text}`);
  }
};

const rows = await coverage(process.cwd());
print(rows, process.argv.includes('--json'));
const uncovered = rows.filter(({ tests, reason }) => tests.length === 0 && reason === undefined);
if (uncovered.length > 0) {
  console.error(`without test and without reason: ${uncovered.map(({ rule }) => rule).join(', ')}`);
  process.exitCode = 1;
}
