import { readFileSync } from 'node:fs';
import { SettingError, type Setting } from './setting.js';

/** The settings of a part of the system, by the name under which the code knows them. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

/** The values read by a table. */
export type ConfigOf<Table extends SettingsTable> = Readonly<{ [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value : never }>;

/** Everything that is wrong with the configuration, one problem a line, each naming its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly [string, ...string[]]) {
    super(`the configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Where values come from: `process.env`, or any map in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a table of settings; answers a frozen object. A secret is read from its variable or from the file named by `<variable>_FILE` (a line break
 * at its end is cut off, as editors and secret mounts add one). Throws `ConfigError` with all problems at once; never with a secret's value.
 */
export const readConfig = <Table extends SettingsTable>(table: Table, env: Environment = process.env): ConfigOf<Table> => {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    try {
      values[name] = valueOf(setting, env);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      problems.push(`${setting.variable} ${error.message}`);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new ConfigError([first, ...others]);
  return Object.freeze(values) as ConfigOf<Table>;
};

const valueOf = (setting: Setting<unknown>, env: Environment): unknown => {
  const text = textOf(setting, env) ?? setting.default;
  if (text !== undefined) return setting.parse(text);
  if (setting.optional) return undefined;
  throw new SettingError('is required');
};

// A variable set to nothing counts as not set: compose files and shells produce these.
const textOf = ({ variable, secret }: Setting<unknown>, env: Environment): string | undefined => {
  const direct = env[variable] === '' ? undefined : env[variable];
  const file = secret ? env[`${variable}_FILE`] : undefined;
  if (file === undefined || file === '') return direct;
  if (direct !== undefined) throw new SettingError(`and ${variable}_FILE are both set`);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new SettingError(`cannot be read from the file in ${variable}_FILE (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, { cause: error });
  }
};

/** The table as Markdown, for the README: variable, default, meaning. */
export const settingsAsMarkdown = (table: SettingsTable): string =>
  [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...Object.values(table).map((setting) => `| \`${setting.variable}\`${setting.secret ? ` or \`${setting.variable}_FILE\`` : ''} | ${defaultOf(setting)} | ${setting.doc} |`),
  ].join('\n');

const defaultOf = (setting: Setting<unknown>): string => {
  if (setting.default !== undefined) return `\`${setting.default}\``;
  return setting.optional ? '' : 'required';
};
