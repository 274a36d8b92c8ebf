import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';

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
