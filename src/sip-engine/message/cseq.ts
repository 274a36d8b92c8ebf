import { isToken, parseDigits, skipBlanks } from './grammar.ts';

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** RFC 3261 §8.1.1.5: less than 2**31. */
const largest = 2 ** 31 - 1;

/** `number method`; undefined when it is not that or the number is 2**31 or more. */
export function parseCSeq(value: string): CSeq | undefined {
  let end = 0;
  while (end < value.length && value.charCodeAt(end) >= 0x30 && value.charCodeAt(end) <= 0x39) end++;
  const start = skipBlanks(value, end);
  const number = parseDigits(value.slice(0, end), largest);
  const method = value.slice(start);
  if (number === undefined || start === end || !isToken(method)) return undefined;
  return { number, method };
}

export function printCSeq({ number, method }: CSeq): string {
  return `${String(number)} ${method}`;
}
