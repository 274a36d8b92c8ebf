import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import { put } from './client-exchange.ts';
import type { InboundRequest } from './inbound.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * 481 to what belongs to nothing here, without a transaction (RFC 3261 §8.2.7): half a minute of each would let a stranger
 * fill our memory. One that is repeated gets the same again.
 */
export function refuseStray(around: Surroundings, { request, flow, toTag, key }: InboundRequest): void {
  const response = responseTo(request, 481, undefined, { toTag: toTag || around.admission.tagFor(key) });
  put(around, flow, printMessage(response));
}
