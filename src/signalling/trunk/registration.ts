import { createHmac } from 'node:crypto';
import type { Trunk } from '../../directory/types.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { hostInUri, trunkHostPort, userInUri } from '../addressing.ts';
import { allowedMethods, dialledIn, product } from '../admission.ts';
import { parseContacts } from '../contact-field.ts';
import { type Account, Proof } from '../digest/proof.ts';
import type { HeaderFields, SipAnswer, SipApplication } from '../srf.ts';
import { addressesOf } from './addresses.ts';
import { ask } from './ask.ts';
import { beginRegistering, isRegistered, register, type Registering, type RegisteringEvent } from './registering.ts';

export interface TrunkParts {
  readonly application: SipApplication;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: TrunkLog;
}

export interface TrunkLog {
  info(fields: Record<string, unknown>, text: string): void;
  warn(fields: Record<string, unknown>, text: string): void;
}

/** Longer than a transaction lasts, by whose end the SIP server has said 408. */
const patienceMs = 40_000;
/** A challenged REGISTER is sent again with the next number; refreshes stay clear of that. */
const sequenceStep = 16;

/**
 * The part of our Contact before the @: whoever calls it has it from the registrar. Of a restart it is the same, so that
 * the registrar does not keep two.
 */
export function contactUser(trunk: Pick<Trunk, 'id' | 'host'>, { username, password }: Account): string {
  const text = JSON.stringify([trunk.id, trunk.host, username]);
  return createHmac('sha256', password).update(text).digest('base64url').replaceAll(/[-_]/g, '').slice(0, 32);
}

/** Keeps us registered with one carrier. */
export class TrunkRegistration {
  readonly contactUser: string;
  readonly #uri: string;
  readonly #proof: Proof;
  readonly #dialog: HeaderFields;
  /** Where calls for us may come from: who has answered for the registrar's name, and what that name stands for. */
  #addresses: ReadonlySet<string> = new Set();
  #state: Registering;
  #timer: Timer | undefined;
  #sequence = 0;
  #left: () => void = () => undefined;

  constructor(
    private readonly trunk: Trunk,
    account: Account,
    seconds: number,
    private readonly parts: TrunkParts,
  ) {
    this.contactUser = contactUser(trunk, account);
    this.#uri = `sip:${hostInUri(trunk.host)}`;
    this.#proof = new Proof(account, parts.random);
    const address = `<sip:${userInUri(account.username)}@${hostInUri(trunk.host)}>`;
    const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`;
    this.#dialog = {
      From: `${address};tag=${hex(parts.random(8))}`,
      To: address,
      'Call-ID': hex(parts.random(16)),
      Contact: `<sip:${this.contactUser}@localhost${transport}>`,
      'Max-Forwards': '70',
      'User-Agent': product,
      Allow: allowedMethods,
    };
    const { state } = beginRegistering(seconds);
    this.#state = state;
    this.#ask(seconds);
  }

  get registered(): boolean {
    return isRegistered(this.#state, this.parts.clock.now());
  }

  /** It was tried, and calls do not find us. */
  get failed(): boolean {
    return (
      !this.registered && (this.#state.is === 'asking' || this.#state.is === 'resting') && this.#state.failures > 0
    );
  }

  /** Whether a request for that user, from that address, comes from the registrar. */
  brings(user: string, address: string): boolean {
    return user === this.contactUser && this.#addresses.has(address);
  }

  /** Takes the binding away; resolves when the registrar has said so, or was given the time to. */
  stop(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.parts.clock.after(withinMs, resolve);
      this.#left = () => {
        timer.cancel();
        resolve();
      };
      this.#on({ type: 'stop' });
    });
  }

  #on(event: RegisteringEvent): void {
    const { clock } = this.parts;
    const before = this.#standing();
    const { state, effect } = register(this.#state, event, clock.now());
    this.#state = state;
    this.#tell(before, this.#standing());
    this.#timer?.cancel();
    if (effect?.do === 'register') this.#ask(effect.seconds);
    if (effect?.do === 'wait') {
      this.#timer = clock.after(effect.milliseconds, () => {
        this.#on({ type: 'timer' });
      });
    }
    if (state.is === 'left') this.#left();
  }

  #ask(seconds: number): void {
    this.#sequence += sequenceStep;
    const sequence = this.#sequence;
    const headers = {
      ...this.#dialog,
      ...this.#proof.again('REGISTER', this.#uri),
      CSeq: `${String(sequence)} REGISTER`,
      Expires: String(seconds),
    };
    const { application, clock } = this.parts;
    const proxy = `sip:${trunkHostPort(this.trunk)};transport=${this.trunk.transport}`;
    const question = { method: 'REGISTER', uri: this.#uri, proxy, headers, proof: this.#proof } as const;
    void ask(application, clock, question, patienceMs).then((answer) => {
      // Of an earlier one: the stop has gone past it.
      if (sequence === this.#sequence) this.#heard(answer);
    });
  }

  #heard(answer: SipAnswer | undefined): void {
    const chance = (this.parts.random(1)[0] ?? 0) / 256;
    if (answer === undefined) {
      this.#on({ type: 'no-answer', chance });
      return;
    }
    const { status } = answer;
    if (status >= 200 && status < 300) this.#accepted(answer);
    this.#on({
      type: 'answered',
      status,
      granted: this.#granted(answer),
      minimum: seconds(answer.get('Min-Expires')),
      retryAfter: seconds(answer.get('Retry-After')),
      chance,
    });
  }

  #accepted(answer: SipAnswer): void {
    this.#proof.accepted();
    this.#addresses = new Set([...this.#addresses, answer.source_address]);
    void addressesOf(this.trunk).then((found) => {
      this.#addresses = new Set([...found, answer.source_address]);
    });
  }

  /** Of our own Contact among all that are registered for the account, else of the whole answer (RFC 3261 §10.2.4). */
  #granted(answer: SipAnswer): number | undefined {
    const contacts = parseContacts(answer.get('Contact') ?? '');
    if (contacts === undefined || contacts === 'all') return seconds(answer.get('Expires'));
    const own = contacts.find(({ uri }) => dialledIn(uri) === this.contactUser)?.expires;
    return own ?? seconds(answer.get('Expires'));
  }

  #standing(): Standing {
    const trouble = this.#state.is === 'asking' || this.#state.is === 'resting' ? this.#state.trouble : undefined;
    return { registered: this.registered, trouble };
  }

  #tell(before: Standing, after: Standing): void {
    if (before.registered === after.registered && before.trouble === after.trouble) return;
    const fields = { trunk: this.trunk.id, registered: after.registered };
    if (after.trouble !== undefined) {
      const why = after.trouble === 401 || after.trouble === 407 ? 'the carrier does not take the password' : undefined;
      this.parts.log.warn({ ...fields, answer: after.trouble, why }, 'trunk could not be registered with');
    } else if (after.registered) this.parts.log.info(fields, 'trunk registered with');
    else this.parts.log.info(fields, 'trunk not registered with any more');
  }
}

interface Standing {
  readonly registered: boolean;
  readonly trouble: number | string | undefined;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function seconds(field: string | undefined): number | undefined {
  const [, digits] = /^\s*(\d{1,9})\b/.exec(field ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
