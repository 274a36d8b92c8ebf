import { normalHost, parseIp } from '../../../kernel/ip-address.ts';

/** The addresses of each name, in lower case, that a hosts file gives (hosts(5)). Lines that are none are passed over. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (parseIp(address) === undefined) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const addresses = found.get(key) ?? [];
      addresses.push(normalHost(address));
      found.set(key, addresses);
    }
  }
  return found;
}
