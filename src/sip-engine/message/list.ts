import { backslash, comma, greaterThan, lessThan, quote } from './grammar.ts';

/**
 * The values of a comma-separated header field (RFC 3261 §7.3.1), trimmed. A comma inside a quoted string or
 * inside `<>` separates nothing. An empty element stays in the list as '', for its reader to refuse.
 */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value.trim()];
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  let inAngles = false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (inQuotes) {
      if (code === backslash) at++;
      else if (code === quote) inQuotes = false;
    } else if (code === quote) inQuotes = !inAngles;
    else if (code === lessThan) inAngles = true;
    else if (code === greaterThan) inAngles = false;
    else if (code === comma && !inAngles) {
      parts.push(value.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(value.slice(start).trim());
  return parts;
}
