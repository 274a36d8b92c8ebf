import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { deeplyFrozen } from './frozen.ts';

/**
 * What comes out of the file is outside data, like what comes off a wire.
 * @throws Fault STORE_FAILED that names the row
 */
export function decode<Value>(schema: z.ZodType<Value>, table: string, id: string, row: unknown): Value {
  const decoded = schema.safeParse(row);
  if (decoded.success) return decoded.data;
  const [issue] = decoded.error.issues;
  const what = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new Fault('STORE_FAILED', `row "${id}" of table ${table} is damaged: correct it or restore a backup${what}`);
}

/** An identifier or number that was checked before it was stored. */
export function branded<Text extends string>(): z.ZodType<Text> {
  return z.custom<Text>((value) => typeof value === 'string' && value !== '', { error: 'an empty or missing text' });
}

/** A column that may be NULL. */
export function nullable<Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return schema.nullable().transform((value) => value ?? undefined);
}

/** A column that is 0 or 1. */
export const flag: z.ZodType<boolean> = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

/** A column that holds JSON text. */
export function json<Value>(schema: z.ZodType<Value>): z.ZodType<Value> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** Of texts that many rows have alike. Longer ones are seldom the same. */
const alike = { mostTexts: 1_000, mostLength: 200 };

/** A column that holds JSON text, which is the same in most rows: what a text says is worked out once. */
export function commonJson<Value>(schema: z.ZodType<Value>): z.ZodType<Value> {
  const one = json(schema);
  const known = new Map<string, Value>();
  return z.string().transform((text, context): Value => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const read = one.safeParse(text);
    if (!read.success) {
      for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    }
    if (text.length <= alike.mostLength) {
      if (known.size >= alike.mostTexts) known.clear();
      known.set(text, deeplyFrozen(read.data));
    }
    return read.data;
  });
}
