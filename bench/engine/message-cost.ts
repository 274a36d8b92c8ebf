import { parseFrame, printFrame } from '../../src/sip-engine/control/frame.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import { StreamFramer } from '../../src/sip-engine/message/stream-framer.ts';
import type { SipRequest } from '../../src/sip-engine/message/types.ts';
import { invite } from './sample-messages.ts';

export interface MessageCost {
  readonly what: string;
  readonly microseconds: number;
}

const rounds = 5;
const perRound = 30_000;

/** What is done once for each message, or for each frame of the control port. */
export function messageCosts(): readonly MessageCost[] {
  const request = requestIn(invite);
  const ringing = printMessage(responseTo(request, 180, undefined, { toTag: 'callee' }));
  const framer = new StreamFramer();
  const fields = ['f4a1…', 'sip', 'network', '700', 'udp', '192.0.2.15', '5060', '12:00:00.000000', 't', 'd', ''];
  const frame = printFrame(fields, invite);
  const payload = frame.subarray(frame.indexOf('#') + 1);
  return [
    cost('INVITE with SDP: parse', () => parseMessage(invite).ok),
    cost('180: parse', () => parseMessage(ringing).ok),
    cost('INVITE with SDP: print', () => printMessage(request).length > 0),
    cost('180: make and print', () => printMessage(responseTo(request, 180, undefined, { toTag: 'b' })).length > 0),
    cost('INVITE with SDP: cut out of a stream', () => framer.feed(invite).length === 1),
    cost('control frame with it: print', () => printFrame(fields, invite).length > 0),
    cost('control frame with it: read', () => parseFrame(payload).fields.length > 0),
  ];
}

/** The best round: what else the machine does only adds. */
function cost(what: string, work: () => boolean): MessageCost {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let done = 0; done < perRound; done++) if (!work()) throw new Error(`${what}: the sample was refused`);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / perRound);
  }
  return { what, microseconds: best };
}

function requestIn(bytes: Buffer): SipRequest {
  const parsed = parseMessage(bytes);
  if (!parsed.ok || parsed.value.kind !== 'request') throw new Error('the sample is no request');
  return parsed.value;
}
