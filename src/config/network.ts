import { isIP } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

/**
 * Reads a network in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). A bare address is
 * the network of that one address.
 */
export function parseNetwork(text: string): Result<string, string> {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return err(`"${text}" is not a network, such as 192.0.2.0/24 or 2001:db8::/32`);
  const longest = family === 4 ? 32 : 128;
  if (length === undefined) return ok(`${address}/${String(longest)}`);
  if (!/^\d{1,3}$/.test(length) || Number(length) > longest) {
    return err(`"${text}": the part after the slash is a number from 0 to ${String(longest)}`);
  }
  return ok(`${address}/${String(Number(length))}`);
}
