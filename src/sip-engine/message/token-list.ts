import type { Headers } from './headers.ts';

/** Whether a list of tokens (Supported, Require, Allow), over however many fields, has that one, in any case. */
export function lists(headers: Headers, name: string, token: string): boolean {
  const wanted = token.toLowerCase();
  return headers.all(name).some((value) => value.split(',').some((one) => one.trim().toLowerCase() === wanted));
}
