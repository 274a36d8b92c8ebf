import assert from 'node:assert/strict';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import type { SipMessage, SipRequest } from '../../src/sip-engine/message/types.ts';
import type { Flow, Listener } from '../../src/sip-engine/transport/flow.ts';
import { Chance } from '../simulation/chance.ts';
import { Network } from '../simulation/network.ts';
import { SimulatedEngine } from '../simulation/simulated-engine.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Monkey } from './monkey.ts';
import { mutated } from './mutation.ts';

const [engineAddress, strangerAddress] = ['192.0.2.1', '192.0.2.66'];
const methods = 'INVITE INVITE INVITE REGISTER OPTIONS MESSAGE SUBSCRIBE REFER NOTIFY BYE INFO PUBLISH FOO'.split(' ');
const inside = 'ACK ACK BYE INFO INVITE UPDATE PRACK CANCEL CANCEL NOTIFY REFER SUBSCRIBE MESSAGE'.split(' ');
const statuses = [100, 180, 183, 200, 200, 202, 302, 401, 481, 486, 500, 603];
/** Longer than anything that the engine waits for by itself: an hour of subscription, a session, timer C. */
const untilAllIsOver = 5 * 3_600_000;

/**
 * A stranger and an application without manners, at both ends of a whole engine in virtual time: the life of some dialogs,
 * in a wrong order, with wrong parts. Throws when the engine did, or when something of it is left once all time has passed.
 */
export function converse(seed: number, corpus: readonly Buffer[]): void {
  const chance = new Chance(seed);
  const clock = new VirtualClock();
  const network = new Network(clock, chance.branch(), { loss: 0.05, duplication: 0.1, delay: { least: 0, most: 50 } });
  const engine = new SimulatedEngine('engine', engineAddress, clock, network, chance.branch());
  const monkey = new Monkey(engine, clock, chance.branch(), strangerAddress);
  const stranger = new Stranger(network, chance.branch(), corpus);
  for (let steps = chance.between(5, 40); steps > 0; steps--) {
    if (chance.happens(0.75)) stranger.act();
    else monkey.act();
    clock.advance(chance.pick([0, 1, 60, 300, 1000, 5000]));
  }
  monkey.leave();
  stranger.silent = true;
  clock.advance(untilAllIsOver);
  if (engine.faults.length > 0) throw engine.faults[0];
  assert.deepEqual(engine.leftOver(), {}, 'something is left');
  assert.equal(clock.pending, 0, 'a timer is left');
}

class Stranger {
  silent = false;
  readonly #heard: SipMessage[] = [];
  readonly #said: SipRequest[] = [];
  readonly #flows: readonly Flow[];
  #last = 0;

  constructor(
    network: Network,
    private readonly chance: Chance,
    private readonly corpus: readonly Buffer[],
  ) {
    const at = (transport: 'udp' | 'tcp'): Listener => ({ transport, address: strangerAddress, port: 5060 });
    network.attach([at('udp'), at('tcp')], (bytes) => {
      const read = parseMessage(bytes);
      if (!read.ok) return;
      this.#heard.push(read.value);
      if (!this.silent && chance.happens(0.6)) this.act();
    });
    const engine = { address: engineAddress, port: 5060 };
    this.#flows = [network.datagrams(at('udp'), engine), network.connect(at('tcp'), engine)];
  }

  act(): void {
    const { chance } = this;
    let bytes = printMessage(this.#next());
    if (chance.happens(0.4)) {
      for (let left = chance.between(1, 2); left > 0; left--) bytes = mutated(bytes, this.corpus, chance);
    }
    if (bytes.length < 65_000) chance.pick(this.#flows).send(bytes);
  }

  #next(): SipMessage {
    const { chance } = this;
    const what = chance.next();
    const requests = this.#heard.filter((message) => message.kind === 'request').slice(-5);
    if (what < 0.3 && requests.length > 0) return this.#answer(chance.pick(requests));
    if (what < 0.75 && this.#said.length > 0) return this.#follow(chance.pick(this.#said.slice(-5)));
    const request = requestOf(chance.pick(methods), String(++this.#last), chance);
    this.#said.push(request);
    return request;
  }

  #answer(request: SipRequest): SipMessage {
    const { chance } = this;
    const response = responseTo(request, chance.pick(statuses), undefined, {
      toTag: `s${String(chance.between(1, 2))}`,
    });
    response.headers.append('Contact', `<sip:s@${strangerAddress}>`);
    if (chance.happens(0.2)) response.headers.append('Require', '100rel').append('RSeq', String(chance.between(1, 3)));
    return response;
  }

  /** What could come next in the dialog of that request, from either side. */
  #follow(first: SipRequest): SipMessage {
    const { chance } = this;
    const method = chance.pick(inside);
    const sameHop = method === 'CANCEL' || chance.happens(0.2);
    const request = requestOf(method, sameHop ? (first.headers.get('Call-ID') ?? '') : String(++this.#last), chance);
    const callId = first.headers.get('Call-ID') ?? '';
    const known = this.#heard.filter(({ headers }) => headers.get('Call-ID') === callId);
    const like = known.length > 0 && chance.happens(0.8) ? chance.pick(known) : first;
    const turned = chance.happens(0.2);
    for (const name of ['From', 'To']) {
      const other = name === 'From' ? 'To' : 'From';
      request.headers.set(name, like.headers.get(turned ? other : name) ?? '');
    }
    request.headers.set('Call-ID', callId);
    const sequence = sameHop || method === 'ACK' ? 1 : chance.between(0, 5);
    request.headers.set('CSeq', `${String(sequence)} ${method}`);
    if (sameHop) request.headers.set('Via', first.headers.get('Via') ?? '');
    return request;
  }
}

function requestOf(method: string, id: string, chance: Chance): SipRequest {
  const lines = [
    `${method} sip:service@${engineAddress} SIP/2.0`,
    `Via: SIP/2.0/UDP ${strangerAddress};branch=z9hG4bK${id}`,
    'Max-Forwards: 70',
    `From: <sip:s@${strangerAddress}>;tag=f${id}`,
    `To: <sip:service@${engineAddress}>`,
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:s@${strangerAddress}>`,
    ...(chance.happens(0.3) ? [`Route: <sip:${engineAddress};lr>`] : []),
    ...(chance.happens(0.3) ? ['Supported: 100rel, timer', 'Session-Expires: 90'] : []),
    ...(chance.happens(0.2) ? [`RAck: ${String(chance.between(1, 3))} 1 INVITE`] : []),
    ...(chance.happens(0.2) ? [`Expires: ${String(chance.between(0, 60))}`] : []),
    ...(chance.happens(0.2) ? ['Event: presence', 'Subscription-State: terminated'] : []),
  ];
  const read = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`));
  if (!read.ok || read.value.kind !== 'request') throw new Error('a bad template');
  return read.value;
}
