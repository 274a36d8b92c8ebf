import { parseHostPort } from '../message/host-port.ts';
import { paramOf } from '../message/params.ts';
import { parseUri } from '../message/uri.ts';
import type { ListenerWish } from './flow.ts';
import { isSecure, isWebSocket, transportNamed } from './transport-name.ts';

/** Where a request is to go next. */
export interface Target {
  readonly host: string;
  /** The host as the URI has it, which a certificate must name (RFC 5922 §4). */
  readonly name: string;
  readonly port: number;
  readonly wish: ListenerWish;
  /** How much of RFC 3263 a host name leaves to DNS: with a port it is a machine's, with a transport a service's. */
  readonly lookUp: 'address' | 'srv' | 'naptr';
  /** The transport was asked for by name, or the flow is known: size does not change it. */
  readonly fixed: boolean;
  /** Over a connection that the peer opened, or not at all: at its end of one nobody listens. */
  readonly onlyOpen: boolean;
}

/**
 * Reads the next hop out of a SIP URI. Beside RFC 3261's `transport` it may name the socket of ours to send from,
 * with `local-port` and `local-address`: where one address listens on 5060 and 5061, an address translator lets
 * only one of them in. On TCP, where we connect from no listener's port, `local-port` names the connections that came
 * in there. `maddr` is where it goes in place of the host (RFC 3261 §19.1.1). Undefined where the URI cannot be read; an
 * unknown transport comes out as it is.
 */
export function targetOf(uri: string): Target | { readonly unsupported: string } | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined || parsed.scheme === 'tel' || parsed.port === 0) return undefined;
  const named = paramOf(parsed.params, 'transport')?.toLowerCase();
  const transport = named === undefined ? undefined : transportNamed(named);
  if (transport === undefined && named !== undefined) return { unsupported: named };
  const spoken = parsed.scheme === 'sips' ? secured[transport ?? 'tls'] : (transport ?? 'udp');
  const port = paramOf(parsed.params, 'local-port');
  return {
    host: hostOf(paramOf(parsed.params, 'maddr')) ?? parsed.host,
    name: parsed.host,
    port: parsed.port ?? (isSecure(spoken) ? 5061 : 5060),
    wish: {
      transport: spoken,
      address: hostOf(paramOf(parsed.params, 'local-address')),
      port: port === undefined ? undefined : Number(port),
    },
    lookUp: parsed.port !== undefined ? 'address' : transport !== undefined ? 'srv' : 'naptr',
    fixed: transport !== undefined || spoken !== 'udp',
    onlyOpen: isWebSocket(spoken) || (spoken !== 'udp' && port !== undefined),
  };
}

/** What `sips:` makes of a transport (RFC 3261 §26.2.2). */
const secured = { udp: 'tls', tcp: 'tls', tls: 'tls', ws: 'wss', wss: 'wss' } as const;

/** The host that a parameter names; an IPv6 address stands there in brackets, and is taken without. */
function hostOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return parseHostPort(value)?.host ?? value;
}
