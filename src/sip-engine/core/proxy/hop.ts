import type { SipRequest } from '../../message/types.ts';
import { type Target, targetOf } from '../../transport/target.ts';

/** A request as a branch sends it, but for what depends on the socket that it leaves from. */
export interface Hop {
  readonly request: SipRequest;
  /** The URI that says where it goes. */
  readonly nextHop: string;
  /** A URI of ours that names the socket to send from, where it matters. */
  readonly leaveBy: string | undefined;
}

/** Undefined where the next hop is none that can be sent to. */
export function aimed({ nextHop, leaveBy }: Hop): Target | undefined {
  const target = targetOf(nextHop);
  if (target === undefined || 'unsupported' in target) return undefined;
  const socket = leaveBy === undefined ? undefined : targetOf(leaveBy);
  if (socket === undefined || 'unsupported' in socket || socket.wish.transport !== target.wish.transport) return target;
  return { ...target, wish: { ...target.wish, port: target.wish.port ?? socket.port } };
}
