import { isIPv6 } from 'node:net';
import type { Presentation } from '../call/party.ts';
import type { Trunk } from '../directory/types.ts';
import type { Flow } from '../registrar/binding.ts';

/** An address as it stands in a URI: IPv6 in brackets. */
export function hostInUri(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/**
 * The next hop for a registered phone: where its REGISTER came from, through the
 * listener that it came to. The engine takes `local-address` and `local-port` as the
 * listener to send from; a drachtio-server passes them over.
 */
export function nextHop(flow: Flow): string {
  return (
    `sip:${hostInUri(flow.remoteAddress)}:${String(flow.remotePort)};transport=${flow.transport}` +
    `;local-address=${hostInUri(flow.localAddress)};local-port=${String(flow.localPort)}`
  );
}

export function trunkUri(trunk: Trunk, number: string): string {
  return `sip:${userInUri(number)}@${trunkHostPort(trunk)};transport=${trunk.transport}`;
}

/** Without a port the SIP server looks a name up as a service (RFC 3263 §4.2). */
export function trunkHostPort({ host, port }: Pick<Trunk, 'host' | 'port'>): string {
  return port === undefined ? hostInUri(host) : `${hostInUri(host)}:${String(port)}`;
}

/** A number or name as it stands before the @ of a URI; it cannot get out of there. */
export function userInUri(user: string): string {
  return encodeURIComponent(user).replaceAll('%2B', '+');
}

/** Two `transport` parameters in a stored Contact have lost CANCELs elsewhere: the first is kept. */
export function sanitiseContact(uri: string): string {
  const [address = '', ...parameters] = uri.split(';');
  const seen = new Set<string>();
  const kept = parameters.filter((parameter) => {
    const name = parameter.split('=')[0]?.toLowerCase() ?? '';
    return !seen.has(name) && seen.add(name);
  });
  return [address, ...kept].join(';');
}

const anonymous = '<sip:anonymous@anonymous.invalid>';
/** RFC 3323 §4.1. */
export const anonymousField = `"Anonymous" ${anonymous}`;

/**
 * The From header field that a rung phone sees. The host `localhost` stands for our
 * own address, which the SIP server puts in. A withheld number is RFC 3323 §4.1's.
 */
export function fromField(presentation: Pick<Presentation, 'display' | 'number'>): string {
  if (presentation.number === undefined) {
    return presentation.display === undefined ? anonymousField : `"${quoted(presentation.display)}" ${anonymous}`;
  }
  const address = `<sip:${userInUri(presentation.number)}@localhost>`;
  return presentation.display === undefined ? address : `"${quoted(presentation.display)}" ${address}`;
}

/** The inside of a quoted-string (RFC 3261 §25.1); control characters cannot get out. */
function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replaceAll(/["\\]/g, '\\$&');
}
