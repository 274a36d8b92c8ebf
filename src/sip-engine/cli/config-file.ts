import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import { settings } from './settings.ts';

/**
 * A YAML file with the names of the flags as keys: a value, a list of values, or, for `name=value` settings, a section.
 * Problems name the key, and never show its value.
 */
export function readConfigFile(file: string): Result<ReadonlyMap<string, readonly string[]>, readonly string[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return err([`--config ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const document = parseDocument(text, { prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) return err([`${file} is not YAML: ${mistake.message}`]);
  const tree: unknown = document.toJS() ?? {};
  if (!isSection(tree))
    return err([`${file}: expected the names of flags, each with its value, as in "listen: udp:0.0.0.0:5060"`]);
  const values = new Map<string, readonly string[]>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(tree)) {
    const texts = textsOf(value);
    if (!settings.some(({ name }) => name === key))
      problems.push(
        `${key} in ${file}: there is no such setting; there are ${settings.map(({ name }) => name).join(', ')}`,
      );
    else if (texts === undefined) problems.push(`${key} in ${file}: expected a value or a list of values`);
    else values.set(key, texts);
  }
  return problems.length > 0 ? err(problems) : ok(values);
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every(isPlain) ? value.map(String) : undefined;
  if (isSection(value)) {
    const entries = Object.entries(value);
    return entries.every(([, inner]) => isPlain(inner))
      ? entries.map(([key, inner]) => `${key}=${String(inner)}`)
      : undefined;
  }
  return isPlain(value) ? [String(value)] : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
