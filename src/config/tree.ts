import type { Path } from './problem.ts';

/** Configuration as it was written, before the schema has seen it. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of `tree` with `value` at `path`; what stands in the way of the path is replaced. */
export function withValueAt(tree: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(tree) ? tree : [];
    return step < list.length
      ? list.with(step, withValueAt(list[step], rest, value))
      : [...list, withValueAt(undefined, rest, value)];
  }
  const entries = new Map(Object.entries(isTree(tree) ? tree : {}));
  return Object.fromEntries(entries.set(step, withValueAt(entries.get(step), rest, value)));
}

/** A key with nothing behind it, as a section is whose lines are all comments, counts as absent. */
export function withoutEmptyKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyKeys);
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutEmptyKeys(inner)]),
  );
}

export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}
