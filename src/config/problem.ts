/** One thing that keeps the configuration from being used, told to whoever wrote it. */
export interface ConfigProblem {
  /** Where it was said: the file, or the environment variable. */
  readonly source: string;
  /** The setting, `sip.listen[0]`; empty when it is about the whole. */
  readonly path: string;
  /** Counted from 1; undefined when it was not said in a file. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Text for a terminal: two lines for each problem, the first in the form that editors can jump to. */
export function printProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(printProblem).join('\n');
}

function printProblem({ source, path, line, column, message, remedy }: ConfigProblem): string {
  const place = [source, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${path === '' ? '' : `${path}: `}${message}\n  ${remedy}`;
}

export type Path = readonly (string | number)[];

export function printPath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${String(step)}]` : at === 0 ? step : `.${step}`))
    .join('');
}
