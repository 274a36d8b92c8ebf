const credentials: ReadonlySet<string> = new Set([
  'password',
  'secret',
  'authorization',
  'proxy-authorization',
  'md5',
  'sha256',
]);
const levels = 3;

/**
 * Takes out credentials that reach the log by mistake, inside a message or an object of another library, down to the
 * third level. Our own secrets need no rule: they print as `[secret]` by themselves. Written by hand because a line is
 * logged at every transition of every call: pino's own redaction costs three times as much as the line.
 * @returns the very same object where there is nothing to take out
 */
export function withoutCredentials<Fields extends object>(fields: Fields, depth = levels): Fields {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(fields);
  let shown = fields;
  for (const [key, value] of entries) {
    const kept = credentials.has(key) ? '[secret]' : within(value, depth - 1);
    if (kept !== value) shown = { ...shown, [key]: kept };
  }
  return shown;
}

function within(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => within(item, depth - 1));
  return withoutCredentials(value, depth);
}
