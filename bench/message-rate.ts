/**
 * How many SIP messages a second one core reads, prints and cuts out of a stream.
 * Run: npx tsx bench/message-rate.ts
 */
import { parseMessage } from '../src/sip-engine/message/parse.ts';
import { printMessage } from '../src/sip-engine/message/print.ts';
import { StreamFramer } from '../src/sip-engine/message/stream-framer.ts';
import { invite } from './engine/sample-messages.ts';

const rounds = 5;
const perRound = 50_000;

/** Per second of processor time, so that what else runs does not count; the best round. */
function rate(work: () => boolean): number {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let done = 0; done < perRound; done++)
      if (!work()) throw new Error('the message of the benchmark was refused');
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, (perRound * 1e6) / (user + system));
  }
  return Math.round(best);
}

const read = parseMessage(invite);
if (!read.ok) throw new Error(read.error.why);
const message = read.value;
const framer = new StreamFramer();

console.log(`INVITE of ${String(invite.length)} bytes, best of ${String(rounds)} rounds`);
console.log(`parsed  ${String(rate(() => parseMessage(invite).ok))} messages/s`);
console.log(`printed ${String(rate(() => printMessage(message).length > 0))} messages/s`);
console.log(`framed  ${String(rate(() => framer.feed(invite).length === 1))} messages/s`);
