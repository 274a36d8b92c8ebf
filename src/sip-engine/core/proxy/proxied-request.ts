import { unreachable } from '../../../kernel/unreachable.ts';
import { type Headers } from '../../message/headers.ts';
import { printMessage } from '../../message/print.ts';
import { reasonPhrase } from '../../message/reason-phrase.ts';
import type { SipRequest } from '../../message/types.ts';
import type { Flow } from '../../transport/flow.ts';
import type { Target } from '../../transport/target.ts';
import type { ProxyNews } from '../application.ts';
import { Attempts } from '../attempts.ts';
import { type Departure, depart, empty, exchange, sameHop } from '../client-exchange.ts';
import type { InboundResponse } from '../inbound.ts';
import type { PendingRequest } from '../pending-request.ts';
import { after, type OtherPlaces, type Surroundings } from '../surroundings.ts';
import { type Branch } from './branch.ts';
import { isChallenge, type Verdict } from './best-response.ts';
import { type Forking, type ForkingAction, type ForkingEvent, type ForkingRules, newForking } from './forking.ts';
import { stepForking } from './forking-step.ts';
import { backwards, redirectTargets } from './forwarded-request.ts';
import { aimed, type Hop } from './hop.ts';
import { markedBranch } from './loop.ts';

/** What is to be done with a request that goes on. */
export interface Plan {
  readonly targets: readonly string[];
  readonly rules: ForkingRules;
  /** `loop.ts` */
  readonly mark: string;
  /** @param redirected the target is a Contact that a peer named, and no destination of the application */
  hop(target: string, redirected: boolean): Hop;
  /** Adds what depends on the socket: Record-Route, Path. */
  leaving(request: SipRequest, flow: Flow): SipRequest;
  /** The caller is asked for the credentials that this target alone wants. */
  challenged(target: string, challenge: Headers): void;
}

/** One request of the network that goes on to others: the machine of `forking-step.ts` with transactions and timers. */
export class ProxiedRequest {
  #forking: Forking;
  readonly #hops = new Map<
    number,
    { readonly hop: Hop; readonly flow: Flow; readonly others: OtherPlaces | undefined }
  >();
  readonly #sent = new Map<number, Attempts>();
  readonly #finals = new Map<number, InboundResponse>();
  readonly #timers = new Map<string, { cancel(): void }>();
  /** Events that came while another was worked on. */
  readonly #waiting: { readonly event: ForkingEvent; readonly response: InboundResponse | undefined }[] = [];
  /** Branches whose answer is in the records of calls. */
  readonly #recorded = new Set<number>();
  #working = false;
  #reasons: readonly string[] = [];

  constructor(
    private readonly around: Surroundings,
    private readonly pending: PendingRequest,
    private readonly plan: Plan,
    private readonly tell: (news: ProxyNews | { readonly type: 'left' }) => void,
  ) {
    this.#forking = newForking(plan.targets);
  }

  start(): void {
    this.pending.passTo(this);
    this.#take({ type: 'start' });
  }

  /** The caller wants no answer any more. @param reasons the Reason fields of his CANCEL (RFC 3326) */
  cancel(reasons: readonly string[]): void {
    this.#reasons = reasons;
    this.#take({ type: 'cancel' });
  }

  /** An INVITE that makes a call, and is none within one. */
  get #isCall(): boolean {
    return this.pending.isInvite && this.pending.inbound.toTag === '';
  }

  #take(event: ForkingEvent, response?: InboundResponse): void {
    this.#waiting.push({ event, response });
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const [forking, actions] = stepForking(this.#forking, next.event, this.plan.rules);
        this.#forking = forking;
        for (const action of actions) this.#do(action, next.response);
      }
    } finally {
      this.#working = false;
    }
  }

  #do(action: ForkingAction, response: InboundResponse | undefined): void {
    switch (action.do) {
      case 'find':
        this.#find(action.branch);
        return;
      case 'send':
        this.#send(action.branch);
        return;
      case 'cancel':
        this.#cancel(action.branch, action.why);
        return;
      case 'give-up':
        this.#sent.get(action.branch)?.abandon();
        return;
      case 'arm':
        this.#arm(action);
        return;
      case 'disarm':
        this.#disarm(action.branch, action.timer);
        return;
      case 'forward':
        if (response !== undefined) this.#forward(response);
        return;
      case 'report':
        if (response !== undefined) this.tell({ type: 'response', inbound: response });
        return;
      case 'answer':
        this.#answer(action.verdict);
        return;
      case 'refuse':
        this.pending.respond(500);
        this.tell({ type: 'refused', why: `error proxying request to ${this.plan.targets.join(', ')}` });
        return;
      case 'done':
        this.tell({ type: 'done' });
        return;
      default:
        unreachable(action);
    }
  }

  #find(branch: number): void {
    const target = this.#forking.branches[branch]?.target ?? '';
    const hop = this.plan.hop(target, branch >= this.plan.targets.length);
    const place = aimed(hop);
    if (place === undefined) this.#take({ type: 'unsendable', branch });
    else this.#findWay(branch, hop, place);
  }

  #findWay(branch: number, hop: Hop, place: Target): void {
    // As long as what came, and a Via, a Record-Route and a longer request-URI.
    this.around.ways.find(place, this.pending.inbound.size + 300, (way, others) => {
      if ('noWay' in way) {
        this.#take({ type: 'unsendable', branch });
        return;
      }
      this.#hops.set(branch, { hop, flow: way, others });
      this.#take({ type: 'ready', branch });
    });
  }

  #send(branch: number): void {
    const found = this.#hops.get(branch);
    if (found === undefined) return;
    const { around, plan } = this;
    const { hop, flow, others } = found;
    const leave = (by: Flow): Departure => {
      const headers = others === undefined ? hop.request.headers : hop.request.headers.clone();
      return depart(around, plan.leaving({ ...hop.request, headers }, by), by, markedBranch(around.ids, plan.mark));
    };
    const departure = leave(flow);
    const sent = new Attempts(around, departure, others, {
      response: (inbound) => {
        this.#receive(branch, inbound);
      },
      elsewhere: leave,
      wanted: () => isWaitedFor(this.#forking.branches[branch]),
    });
    this.#sent.set(branch, sent);
    if (this.#isCall) around.records.attempt('application', departure.bytes);
    sent.start();
    this.tell({ type: 'left' });
  }

  #receive(branch: number, inbound: InboundResponse): void {
    const { status, response } = inbound;
    if (status >= 200 && this.#isCall && !this.#recorded.has(branch)) {
      this.#recorded.add(branch);
      this.around.records.gotAnswer('proxy-uac', status, inbound.bytes);
    }
    if (inbound.madeHere === true) {
      this.#take({ type: 'failed', branch, status });
      return;
    }
    if (backwards(response) === undefined) {
      // Without the caller's Via nobody can be told of it (RFC 3261 §16.7 step 3), and the caller must not wait for ever.
      if (status >= 200) this.#take({ type: 'failed', branch, status: 503 });
      return;
    }
    if (status >= 300) this.#finals.set(branch, inbound);
    const contacts = status >= 300 && status < 400 ? { contacts: redirectTargets(response) } : {};
    this.#take({ type: 'response', branch, status, ...contacts }, inbound);
  }

  #cancel(branch: number, why: number | undefined): void {
    const sent = this.#sent.get(branch);
    if (sent === undefined) return;
    sent.settle();
    const { request: invite, flow, branch: id } = sent.departure;
    const headers = sameHop(invite, 'CANCEL');
    const reasons = why === undefined ? this.#reasons : [reasonFor(why)];
    for (const reason of reasons) headers.append('Reason', reason);
    const request: SipRequest = { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: empty };
    const departure = { request, bytes: printMessage(request), flow, branch: id };
    exchange(this.around, departure, { response: () => undefined }).start();
  }

  #forward({ status, response }: InboundResponse): void {
    const back = backwards(response);
    if (back !== undefined) this.pending.forward(status, printMessage(back));
  }

  #answer(verdict: Verdict): void {
    const { pending } = this;
    const final = verdict.from === 'branch' ? this.#finals.get(verdict.branch) : undefined;
    if (verdict.from === 'branch' && final !== undefined) {
      const headers = withChallenges(final.response.headers, verdict.challenges, this.#finals);
      const target = this.#forking.branches[verdict.branch]?.target;
      if (isChallenge(final.status) && target !== undefined) this.plan.challenged(target, headers);
      this.#forward({ ...final, response: { ...final.response, headers } });
      return;
    }
    const status = verdict.from === 'here' ? verdict.status : 500;
    // RFC 4320 §4.2: nobody is told by a response that there was none; his own timer says so.
    if (status === 408 && !pending.isInvite) pending.drop();
    else pending.respond(status);
  }

  #arm({ branch, timer, ms }: ForkingAction & { readonly do: 'arm' }): void {
    const key = `${String(branch)} ${timer}`;
    this.#timers.get(key)?.cancel();
    const running = after(this.around, ms, () => {
      this.#timers.delete(key);
      this.#take({ type: 'timer', branch, timer });
    });
    this.#timers.set(key, running);
  }

  #disarm(branch: number, timer: string): void {
    for (const [key, running] of this.#timers) {
      if (key !== `${String(branch)} ${timer}` && !(timer === 'all' && key.startsWith(`${String(branch)} `))) continue;
      running.cancel();
      this.#timers.delete(key);
    }
  }
}

/** A branch that was given up tries no other place. */
function isWaitedFor(branch: Branch | undefined): boolean {
  return branch?.leg.phase === 'calling' || branch?.leg.phase === 'proceeding';
}

/** RFC 3261 §16.7 step 7: the caller gets every challenge at once. */
function withChallenges(
  headers: Headers,
  branches: readonly number[],
  finals: ReadonlyMap<number, InboundResponse>,
): Headers {
  const all = headers.clone();
  for (const branch of branches) {
    for (const name of ['WWW-Authenticate', 'Proxy-Authenticate']) {
      for (const value of finals.get(branch)?.response.headers.all(name) ?? []) all.append(name, value);
    }
  }
  return all;
}

/** Why the other branches are cancelled: a telephone that reads it writes no missed call (RFC 3326 §2). */
function reasonFor(status: number): string {
  const text = status < 300 ? 'Call completed elsewhere' : reasonPhrase(status);
  return `SIP;cause=${String(status < 300 ? 200 : status)};text="${text}"`;
}
