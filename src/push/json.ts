/** What a text says as JSON; undefined when it is none. What strangers send is taken apart with `member` and `textOf`. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A member of an object; undefined when there is none, or when it is no object. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const members: readonly (readonly [string, unknown])[] = Object.entries(value);
  return members.find(([name]) => name === key)?.[1];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The first words of an answer that was not understood, for the log: printable, and short. */
export function excerpt(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 120);
}
