import { err, ok, type Result } from '../../kernel/result.ts';
import { readConfigFile } from './config-file.ts';
import { emptyDraft, finish, type RunOptions } from './setting.ts';
import { settings } from './settings.ts';

/** What somebody asked of the program. */
export type Order =
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'check' | 'run'; readonly options: RunOptions };

/** What was said of one setting, and where. */
interface Said {
  readonly where: string;
  readonly values: readonly string[];
}

/** `--secret` from outside of command lines. */
export const secretVariable = 'QALLER_SIP_ENGINE_SECRET';

/**
 * Reads the command line, the file that it names, and the environment: in this order, the first that says something of
 * a setting counts. Every problem is one sentence that says what was expected; none of them holds the secret.
 */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<Order, readonly string[]> {
  const { said, switches, problems } = readArguments(args);
  if (switches.has('help')) return ok({ type: 'help' });
  if (switches.has('version')) return ok({ type: 'version' });
  const file = said.get('config')?.values.at(-1);
  const inFile = file === undefined ? ok(new Map<string, readonly string[]>()) : readConfigFile(file);
  if (!inFile.ok) problems.push(...inFile.error);
  const secret = environment[secretVariable];
  const draft = emptyDraft();
  for (const setting of settings) {
    const { name } = setting;
    const fromFile = inFile.ok ? inFile.value.get(name) : undefined;
    const spoken =
      said.get(name) ??
      (fromFile === undefined ? undefined : { where: `${name} in ${file ?? ''}`, values: fromFile }) ??
      (name === 'secret' && secret !== undefined && secret !== ''
        ? { where: secretVariable, values: [secret] }
        : undefined);
    if (spoken === undefined) continue;
    const { where, values } = spoken;
    if (!setting.many && values.length > 1) problems.push(`${where} may be given once only`);
    for (const value of values) {
      const expected = setting.read(value, draft);
      if (expected === undefined) continue;
      problems.push(name === 'secret' ? `${where}: expected ${expected}` : `${where} ${value}: expected ${expected}`);
    }
  }
  const { options, problems: missing } = finish(draft);
  // What is missing may well be what was written wrongly.
  if (problems.length === 0) problems.push(...missing);
  return problems.length > 0 ? err(problems) : ok({ type: switches.has('check') ? 'check' : 'run', options });
}

const switchNames: ReadonlySet<string> = new Set(['check', 'help', 'version']);

function readArguments(args: readonly string[]): {
  said: Map<string, Said>;
  switches: Set<string>;
  problems: string[];
} {
  const said = new Map<string, Said>();
  const switches = new Set<string>();
  const problems: string[] = [];
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, name, , given] = /^--([a-z0-9-]+)(=([\s\S]*))?$/.exec(argument) ?? [];
    if (name === undefined) problems.push(`${argument}: expected a flag, which begins with --; --help lists them`);
    else if (switchNames.has(name)) switches.add(name);
    else if (name !== 'config' && !settings.some((setting) => setting.name === name))
      problems.push(`--${name}: there is no such flag; --help lists them`);
    else {
      const value = given ?? rest.shift();
      const where = `--${name}`;
      if (value === undefined) problems.push(`${where}: expected a value after it`);
      else said.set(name, { where, values: [...(said.get(name)?.values ?? []), value] });
    }
  }
  return { said, switches, problems };
}
