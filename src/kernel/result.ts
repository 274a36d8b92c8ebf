/**
 * An expected refusal travels as a value; only bugs and broken promises throw.
 */
export type Result<Value, Problem> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Problem };

export function ok(): Result<void, never>;
export function ok<Value>(value: Value): Result<Value, never>;
export function ok(value?: unknown): Result<unknown, never> {
  return { ok: true, value };
}

export function err<Problem>(error: Problem): Result<never, Problem> {
  return { ok: false, error };
}
