import { Headers } from '../../message/headers.ts';
import type { Flow } from '../../transport/flow.ts';
import type { Application, ProxyNews } from '../application.ts';
import { readApplicationHeaders } from '../application-message.ts';
import { depart, empty, put } from '../client-exchange.ts';
import type { ProxyDirection } from '../direction.ts';
import type { InboundRequest } from '../inbound.ts';
import type { PendingRequest, PendingRequests } from '../pending-request.ts';
import type { Surroundings } from '../surroundings.ts';
import { Challenges } from './challenges.ts';
import type { ForkingRules } from './forking.ts';
import { forwardedRequest, onPath, requiredOfProxies, routed } from './forwarded-request.ts';
import { aimed, type Hop } from './hop.ts';
import { isLoop, wayMark } from './loop.ts';
import { type ProxyOrder, readTimeout } from './order.ts';
import { isOwnUri, type Passing, routeUri, withoutOwnRoutes } from './own-route.ts';
import { type Plan, ProxiedRequest } from './proxied-request.ts';

/** More branches than anybody has telephones; a redirection loop ends here. */
const mostBranches = 32;

/** Requests that go on to others: at an application's word, or because their dialog came by here. */
export class Proxies {
  readonly #challenges: Challenges;

  constructor(
    private readonly around: Surroundings,
    private readonly pendings: PendingRequests,
  ) {
    this.#challenges = new Challenges(around);
  }

  /**
   * A `proxy` frame. From then on the request is the engine's: its application may go, and hears of nothing but the
   * final responses.
   */
  start(application: Application, order: ProxyOrder, tell: (news: ProxyNews) => void): void {
    const pending = this.pendings.byId(order.transactionId);
    if (pending?.application !== application || pending.answered || pending.cancelled) {
      tell({ type: 'refused', why: `Unknown transaction id: ${order.transactionId}` });
      return;
    }
    if (pending.inbound.toTag !== '' && pending.live !== undefined) {
      tell({ type: 'refused', why: 'a request inside a dialog of the application cannot be proxied: answer it' });
      return;
    }
    this.#begin(pending, order, tell);
  }

  /** At the word of a request handler: no application hears of what becomes of the request. */
  direct(pending: PendingRequest, direction: ProxyDirection): void {
    const { destinations, recordRoute, followRedirects, simultaneous, provisionalTimeout, finalTimeout } = direction;
    const order: ProxyOrder = {
      transactionId: pending.id,
      remainInDialog: recordRoute,
      fullResponse: false,
      followRedirects,
      order: simultaneous ? 'simultaneous' : 'serial',
      provisionalTimeout: readTimeout(provisionalTimeout),
      finalTimeout: readTimeout(finalTimeout),
      destinations,
      message: empty,
    };
    this.#begin(pending, order, () => undefined);
  }

  #begin(pending: PendingRequest, order: ProxyOrder, tell: (news: ProxyNews) => void): void {
    this.#forgetDialog(pending);
    this.pendings.release(pending);
    const mark = wayMark(this.around.ids, pending.inbound.request);
    if (this.#isRefused(pending, mark, tell)) return;
    new ProxiedRequest(this.around, pending, this.#planOf(pending.inbound, order, mark), teller(order, tell)).start();
  }

  /** A request inside a dialog that was proxied here. The pending request is answered by what the next hop says. */
  pass(pending: PendingRequest, passing: Passing): void {
    const mark = wayMark(this.around.ids, pending.inbound.request);
    if (this.#isRefused(pending, mark, () => undefined)) return;
    if (pending.isInvite) pending.respond(100);
    const { request } = pending.inbound;
    if (request.method === 'BYE') this.around.records.stop('network', 'normal-release', request);
    const plan: Plan = {
      targets: [passing.request.uri],
      rules: this.#rules(pending, {}),
      mark,
      hop: () => hopOf(passing),
      leaving: (request) => request,
      challenged: () => undefined,
    };
    new ProxiedRequest(this.around, pending, plan, () => undefined).start();
  }

  /** The ACK of a 2xx has no transaction, and no answer (RFC 3261 §16.6, last paragraphs). */
  passAck(ack: InboundRequest, passing: Passing): void {
    const { around } = this;
    const hop = hopOf(passing);
    const target = aimed(hop);
    if (target === undefined || /^\s*0+\s*$/.test(ack.request.headers.get('Max-Forwards') ?? '70')) {
      around.counters.dropped++;
      return;
    }
    around.ways.find(target, ack.size, (way) => {
      if ('noWay' in way) around.counters.dropped++;
      else put(around, way, depart(around, hop.request, way).bytes);
    });
  }

  /** It began to answer the request itself, and leaves that to others now. */
  #forgetDialog(pending: PendingRequest): void {
    const { live } = pending;
    if (live === undefined) return;
    live.theirInvite = undefined;
    pending.live = undefined;
    this.around.dialogs.remove(live);
  }

  #isRefused(pending: PendingRequest, mark: string, tell: (news: ProxyNews) => void): boolean {
    const { request } = pending.inbound;
    const unsupported = requiredOfProxies(request);
    if (unsupported.length > 0) {
      const tags = unsupported.join(', ');
      pending.respond(420, undefined, new Headers().append('Unsupported', tags));
      tell({ type: 'refused', why: `Rejected with 420 Bad Extension due to Proxy-Require: ${tags}` });
      return true;
    }
    if (!isLoop(request, mark)) return false;
    pending.respond(482);
    tell({
      type: 'refused',
      why: 'Rejected with 482 Loop Detected: the request has come by here, and would come again',
    });
    return true;
  }

  #planOf(inbound: InboundRequest, order: ProxyOrder, mark: string): Plan {
    const added = readApplicationHeaders(order.message);
    const request = withoutOwnRoutes(this.around, inbound.request);
    // As drachtio-server: the destination says where the request goes, and what is asked of it only where that was us.
    const own = isOwnUri(this.around, request.uri);
    const alone = order.order === 'serial' ? this.#challenges.targetOf(request.headers) : undefined;
    return {
      targets: alone === undefined ? order.destinations : [alone],
      rules: this.#rules({ isInvite: request.method === 'INVITE' }, order),
      mark,
      hop: (target, redirected) => ({
        request: forwardedRequest(request, own || redirected ? target : request.uri, added),
        nextHop: target,
        leaveBy: undefined,
      }),
      challenged: (target, challenge) => {
        if (order.order === 'serial' && order.destinations.length > 1) this.#challenges.remember(challenge, target);
      },
      leaving: (leaving, flow) => (order.remainInDialog ? onPath(leaving, this.#bothSides(inbound, flow)) : leaving),
    };
  }

  /** One URI where both sides meet us at one socket by one name, or one for each (RFC 5658). */
  #bothSides({ flow: back, callId }: InboundRequest, onward: Flow): string[] {
    const uris = [onward, back].map((flow) => routeUri(this.around, flow, callId));
    return [...new Set(uris)];
  }

  #rules({ isInvite }: Pick<PendingRequest, 'isInvite'>, order: Partial<ProxyOrder>): ForkingRules {
    const { timerC, t1 } = this.around.timers;
    return {
      kind: isInvite ? 'invite' : 'non-invite',
      order: order.order ?? 'serial',
      provisionalTimeout: order.provisionalTimeout,
      finalTimeout: order.finalTimeout,
      timerC,
      cancelTimeout: 64 * t1,
      followRedirects: order.followRedirects ?? false,
      mostBranches,
    };
  }
}

/** What the application hears: every final response and an end, or, where it asked for less, that the request left. */
function teller(order: ProxyOrder, tell: (news: ProxyNews) => void): ConstructorParameters<typeof ProxiedRequest>[3] {
  let over = false;
  return (news) => {
    if (over || (news.type === 'left' ? order.fullResponse : news.type === 'response' && !order.fullResponse)) return;
    over = news.type !== 'response';
    tell(news.type === 'left' ? { type: 'done' } : news);
  };
}

function hopOf({ request, leaving }: Passing): Hop {
  const { request: next, nextHop } = routed(forwardedRequest(request, request.uri));
  return { request: next, nextHop, leaveBy: leaving };
}
