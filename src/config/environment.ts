import { parseDocument } from 'yaml';
import type { ConfigProblem, Path } from './problem.ts';

/** The variables that the program was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the configuration file, when the command line does not. */
export const fileVariable = 'QALLER_CONFIG';

const prefix = 'QALLER_';

/** One setting that the environment takes over from the file. */
export interface Override {
  readonly variable: string;
  readonly path: Path;
  readonly value: unknown;
}

/**
 * `QALLER_SIP__LIMITS__MESSAGE_BYTES=32768` is `sip.limits.messageBytes`: two underscores
 * go one level down, one starts a new word, a number is a place in a list. The value is
 * YAML. An empty variable is as good as none: that is how container files pass what was not set.
 */
export function overridesOf(environment: Environment): {
  readonly overrides: readonly Override[];
  readonly problems: readonly ConfigProblem[];
} {
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  // In order of name, so that `TRUNKS__0` is there before `TRUNKS__1`, and `TRUNKS` before both.
  const named = Object.entries(environment).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [variable, text] of named) {
    if (!variable.startsWith(prefix) || variable === fileVariable || text === undefined || text.trim() === '') continue;
    const path = variable.slice(prefix.length).split('__').map(step);
    const document = parseDocument(text, { prettyErrors: false });
    const [mistake] = document.errors;
    if (mistake === undefined) overrides.push({ variable, path, value: document.toJS() });
    else problems.push(notYaml(variable, mistake.message));
  }
  return { overrides, problems };
}

function step(name: string): string | number {
  if (/^\d+$/.test(name)) return Number(name);
  return name.toLowerCase().replace(/_+([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

function notYaml(source: string, message: string): ConfigProblem {
  return {
    ...{ source, path: '', line: undefined, column: undefined, message },
    remedy:
      'The value is read as YAML: put text with special characters between single quotes, inside those of the shell.',
  };
}
