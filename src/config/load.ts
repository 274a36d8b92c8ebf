import { err, ok, type Result } from '../kernel/result.ts';
import { type Environment, fileVariable, type Override, overridesOf } from './environment.ts';
import { explain } from './explain.ts';
import { type ConfigProblem, type Path, printPath } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { deepFreeze, withoutEmptyKeys, withValueAt } from './tree.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

/**
 * Reads the file, lays the environment over it, checks the whole, and freezes it.
 * @param file without one, the file that QALLER_CONFIG names; without that, no file
 * @param env the process's own, unless a test gives another
 */
export function loadConfig({
  file,
  env = process.env,
}: {
  readonly file?: string | undefined;
  readonly env?: Environment;
} = {}): Result<Config, readonly ConfigProblem[]> {
  const path = file ?? (env[fileVariable] === '' ? undefined : env[fileVariable]);
  const read = path === undefined ? ok(nothing) : readYamlFile(path);
  if (!read.ok) return read;
  const { overrides, problems } = overridesOf(env);
  if (problems.length > 0) return err(problems);
  let tree = withoutEmptyKeys(read.value.tree);
  for (const override of overrides) tree = withValueAt(tree, override.path, override.value);
  const checked = configSchema.safeParse(tree);
  if (checked.success) return ok(deepFreeze(checked.data));
  const explanations = checked.error.issues.flatMap(explain);
  return err(
    explanations.map(({ path: at, message, remedy }) => ({
      ...whereSaid(at, overrides, read.value, path),
      path: printPath(at),
      message,
      remedy,
    })),
  );
}

const nothing: YamlFile = { tree: {}, find: () => undefined };

function whereSaid(
  path: Path,
  overrides: readonly Override[],
  yaml: YamlFile,
  file: string | undefined,
): Pick<ConfigProblem, 'source' | 'line' | 'column'> {
  const said = overrides.findLast((override) => override.path.every((step, at) => step === path[at]));
  if (said !== undefined) return { source: said.variable, line: undefined, column: undefined };
  const position = yaml.find(path);
  return { source: file ?? 'configuration', line: position?.line, column: position?.column };
}
