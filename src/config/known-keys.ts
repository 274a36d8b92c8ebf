import { z } from 'zod';
import type { Path } from './problem.ts';
import { configSchema } from './schema.ts';
import { isTree } from './tree.ts';

/** The keys that may stand in the section at `path`, whichever adapter it is for. */
export function knownKeys(path: Path): readonly string[] {
  let places: readonly unknown[] = [z.toJSONSchema(configSchema, { io: 'input' })];
  for (const step of path) {
    places = places
      .flatMap(alternatives)
      .map((place) => (typeof step === 'number' ? inner(place, 'items') : inner(inner(place, 'properties'), step)));
  }
  const keys = places.flatMap(alternatives).flatMap((place) => {
    const properties = inner(place, 'properties');
    return isTree(properties) ? Object.keys(properties) : [];
  });
  return [...new Set(keys)];
}

/** The word of the list that is most like `word`, when it is like it at all. */
export function nearest(word: string, list: readonly string[]): string | undefined {
  const ranked = list
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(1, word.length / 3) ? best.candidate : undefined;
}

function alternatives(place: unknown): readonly unknown[] {
  const branches = inner(place, 'oneOf');
  return Array.isArray(branches) ? branches : [place];
}

function inner(place: unknown, key: string): unknown {
  return isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined;
}

/** Levenshtein: how many letters must be added, dropped or changed. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
