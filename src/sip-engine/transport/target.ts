import { paramOf } from '../message/params.ts';
import { parseUri } from '../message/uri.ts';
import type { ListenerWish } from './flow.ts';

/** Where a request is to go next. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly wish: ListenerWish;
  /** The transport was asked for by name, or the flow is known: size does not change it. */
  readonly fixed: boolean;
  /** Over a connection that the peer opened, or not at all: at its end of one nobody listens. */
  readonly onlyOpen: boolean;
}

/**
 * Reads the next hop out of a SIP URI. Beside RFC 3261's `transport` it may name the socket of ours to send from,
 * with `local-port` and `local-address`: where one address listens on 5060 and 5061, an address translator lets
 * only one of them in. On TCP, where we connect from no listener's port, `local-port` names the connections that came
 * in there. Undefined where the URI cannot be read; transports other than UDP and TCP come out as they are.
 */
export function targetOf(uri: string): Target | { readonly unsupported: string } | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined || parsed.scheme === 'tel' || parsed.port === 0) return undefined;
  const transport = paramOf(parsed.params, 'transport')?.toLowerCase();
  if (parsed.scheme === 'sips') return { unsupported: 'tls' };
  if (transport !== undefined && transport !== 'udp' && transport !== 'tcp') return { unsupported: transport };
  const port = paramOf(parsed.params, 'local-port');
  return {
    host: parsed.host,
    port: parsed.port ?? 5060,
    wish: {
      transport: transport ?? 'udp',
      address: paramOf(parsed.params, 'local-address'),
      port: port === undefined ? undefined : Number(port),
    },
    fixed: transport !== undefined,
    onlyOpen: transport === 'tcp' && port !== undefined,
  };
}
