import { isIP } from 'node:net';
import type { ListenAddress, RequestHandler } from '../options.ts';
import type { TransportName } from '../transport/transport-name.ts';

/** Each hands over what it read, or returns in a few words what was expected. */
const transports: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

export function readListen(
  whole: string,
  take: (address: ListenAddress & { readonly externalAddress: string | undefined }) => void,
): string | undefined {
  const [, text = '', externalAddress] = /^(.*?)(?:,external=(.*))?$/s.exec(whole) ?? [];
  if (externalAddress !== undefined && isIP(externalAddress) === 0) return 'an IP address after external=';
  const colon = text.indexOf(':');
  const transport = transports.find((name) => name === text.slice(0, colon).toLowerCase());
  const expected = `transport:address:port with a transport of ${transports.join(', ')}, as in udp:0.0.0.0:5060`;
  if (transport === undefined) return expected;
  const problem = readAddress(text.slice(colon + 1), ({ address, port }) =>
    take({ transport, address, port, externalAddress }),
  );
  return problem === undefined ? undefined : expected;
}

/** `192.0.2.1:5060`, or `[2001:db8::1]:5060`. */
export function readAddress(
  text: string,
  take: (place: { address: string; port: number }) => void,
): string | undefined {
  const [, bracketed, plain = '', digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  const port = Number(digits);
  if (isIP(address) !== (bracketed === undefined ? 4 : 6) || digits === '' || port > 65_535)
    return 'address:port with a number of an address of this machine, as in 127.0.0.1:9022 or [::1]:9022';
  take({ address, port });
  return undefined;
}

export function readNetwork(text: string, take: (network: string) => void): string | undefined {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(digits) > (version === 4 ? 32 : 128)) return 'a network, as in 10.0.0.0/8';
  take(text);
  return undefined;
}

/** `192.0.2.53`, `2001:db8::53`, or either with a port, as `[2001:db8::53]:5353`. */
export function readNameServer(text: string, take: (server: string) => void): string | undefined {
  const whole = isIP(text) === 0 ? readAddress(text, () => undefined) : undefined;
  if (whole !== undefined)
    return 'the address of a name server, with a port or without, as in 192.0.2.53 or [2001:db8::53]:5353';
  take(text);
  return undefined;
}

/** A name as it may stand in a URI, and no address. */
export function readName(text: string, take: (name: string) => void): string | undefined {
  if (isIP(text) !== 0 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i.test(text))
    return 'a host name, as in sip.example.com';
  take(text);
  return undefined;
}

export function readNamedNumber(
  text: string,
  names: readonly string[],
  take: (name: string, value: number) => void,
): string | undefined {
  const [, name = '', digits = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!names.includes(name)) return `name=number with a name of ${names.join(', ')}`;
  if (!/^\d{1,12}$/.test(digits)) return 'a whole number';
  take(name, Number(digits));
  return undefined;
}

export function readRequestHandler(text: string, take: (handler: RequestHandler) => void): string | undefined {
  const [method = '', url = '', httpMethod, ...more] = text.trim().split(/\s+/);
  const known = httpMethod === undefined || httpMethod === 'GET' || httpMethod === 'POST';
  const isPlace = /^(tcp|tls):\/\/[^/\s]+:\d{1,5}\/?$/i.test(url);
  if (
    !/^([A-Z]+|\*)$/.test(method) ||
    !known ||
    more.length > 0 ||
    !(isPlace || (/^https?:\/\//i.test(url) && URL.canParse(url)))
  )
    return '"method url", perhaps with GET or POST behind it, as in "INVITE https://example.com/route POST" or "* tcp://192.0.2.2:4000"';
  take({ method, url, ...(httpMethod === undefined ? {} : { httpMethod }) });
  return undefined;
}

export function one<Choice extends string>(
  text: string,
  choices: readonly Choice[],
  take: (choice: Choice) => void,
): string | undefined {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) return `one of ${choices.join(', ')}`;
  take(choice);
  return undefined;
}
