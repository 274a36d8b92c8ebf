import type { Application, Outcome } from '../../src/sip-engine/core/application.ts';
import { readProxyOrder } from '../../src/sip-engine/core/proxy/order.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Chance } from '../simulation/chance.ts';
import type { SimulatedEngine } from '../simulation/simulated-engine.ts';

const statuses = [100, 180, 183, 200, 200, 202, 302, 401, 404, 486, 503, 603, 699];
const methods = [
  'BYE',
  'INVITE',
  'ACK',
  'INFO',
  'UPDATE',
  'NOTIFY',
  'REFER',
  'SUBSCRIBE',
  'PRACK',
  'CANCEL',
  'OPTIONS',
];
const headers = [
  'Require: 100rel',
  'Contact: <sip:us@localhost>',
  'Subscription-State: terminated',
  'Expires: 0',
  'X: \u00e9',
  '',
];
const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n';

/** An application that says whatever comes to its mind, about what it has or anything else, late or twice or never. */
export class Monkey implements Application {
  readonly #transactions: string[] = [];
  readonly #dialogs: string[] = [];

  constructor(
    private readonly engine: SimulatedEngine,
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
    private readonly peer: string,
  ) {
    engine.application = this;
  }

  request(_inbound: unknown, transactionId: string): void {
    this.#heard(transactionId, '');
  }

  requestInDialog(_inbound: unknown, transactionId: string, dialogId: string): void {
    this.#heard(transactionId, dialogId);
  }

  response(_inbound: unknown, transactionId: string, dialogId: string): void {
    this.#heard(transactionId, dialogId);
  }

  hungUp(_bytes: Uint8Array, _flow: unknown, dialogId: string): void {
    this.#heard('', dialogId);
  }

  record(): void {
    // Nobody reads them here.
  }

  act(): void {
    const { chance } = this;
    const transactionId = this.#one(this.#transactions);
    const dialogId = this.#one(this.#dialogs);
    const body = chance.happens(0.5) ? `Content-Type: application/sdp\r\n\r\n${sdp}` : '\r\n';
    const extra = chance.pick(headers);
    const rest = `${extra === '' ? '' : `${extra}\r\n`}${body}`;
    const what = chance.next();
    const uri = `sip:x@${this.peer}${chance.pick(['', '', ':5060', ';transport=tcp', ';transport=sctp'])}`;
    if (what < 0.5) this.#say(`SIP/2.0 ${String(chance.pick(statuses))} Whatever\r\n${rest}`, transactionId, '');
    else if (what < 0.75) this.#say(`${chance.pick(methods)} ${uri} SIP/2.0\r\n${rest}`, '', dialogId);
    else if (what < 0.85) this.#say(`${chance.pick(methods)} ${uri} SIP/2.0\r\n${rest}`, '', '');
    else if (what < 0.93) this.#say(`CANCEL ${uri} SIP/2.0\r\n${rest}`, transactionId, '');
    else this.#proxy(transactionId, uri);
  }

  leave(): void {
    this.engine.application = undefined;
    this.engine.guarded(() => {
      this.engine.agent.applicationGone(this);
    });
  }

  #say(text: string, transactionId: string, dialogId: string): void {
    this.engine.guarded(() => {
      const frame = { transactionId, dialogId, proxy: '', message: Buffer.from(text) };
      this.engine.agent.fromApplication(this, frame, (outcome: Outcome) => {
        if (outcome.type !== 'refused') this.#transactions.push(outcome.transactionId);
      });
    });
  }

  #proxy(transactionId: string, uri: string): void {
    const flags = ['', this.chance.pick(['', 'recordRoute']), this.chance.pick(['', 'followRedirects']), 'serial'];
    const order = readProxyOrder([transactionId, ...flags, '1s', '10s', uri, uri], Buffer.alloc(0));
    if (order === undefined) return;
    this.engine.guarded(() => {
      this.engine.agent.proxy(this, order, () => undefined);
    });
  }

  #heard(transactionId: string, dialogId: string): void {
    if (transactionId !== '') this.#transactions.push(transactionId);
    if (dialogId !== '') this.#dialogs.push(dialogId);
    if (this.chance.happens(0.7)) this.clock.after(this.chance.between(0, 500), () => this.act());
  }

  #one(known: readonly string[]): string {
    return known.length === 0 || this.chance.happens(0.1) ? 'none' : this.chance.pick(known.slice(-6));
  }
}
