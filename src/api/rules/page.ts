import { Fault } from '../../faults/fault.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: string | undefined;
}

/**
 * A part of a list. The cursor is the key of the last item that was seen: what comes or goes meanwhile shifts nothing.
 * @param keyOf unique, and what the list is sorted by, as text
 */
export function pageOf<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => readonly string[],
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Page<Item> {
  const keyed = list.map((item) => ({ item, key: keyOf(item) })).sort((one, other) => compare(one.key, other.key));
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => compare(key, after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    next: last === undefined || rest.length <= limit ? undefined : writeCursor(last.key),
  };
}

export function writeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws Fault BAD_REQUEST */
export function readCursor(cursor: string): readonly string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // Told below.
  }
  throw new Fault('BAD_REQUEST', 'the cursor is not one of ours: begin again without it');
}

function compare(one: readonly string[], other: readonly string[]): number {
  for (const [at, part] of one.entries()) {
    const against = other[at] ?? '';
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}
