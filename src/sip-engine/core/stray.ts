import type { Headers } from '../message/headers.ts';
import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import { put } from './client-exchange.ts';
import type { InboundRequest } from './inbound.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Refuses what nobody here has to do with, without a transaction (RFC 3261 §8.2.7): half a minute of each would let a stranger
 * fill our memory. A request that is repeated gets the same again, and the ACK of a refused INVITE is known by its tag.
 */
export function refuseStray(
  around: Surroundings,
  { request, flow, toTag, key }: InboundRequest,
  status = 481,
  headers?: Headers,
): void {
  const tag = toTag || around.admission.tagFor(key);
  const response = responseTo(request, status, undefined, {
    toTag: tag,
    ...(headers === undefined ? {} : { headers }),
  });
  put(around, flow, printMessage(response));
}
