import { dialogId, retargeted, uacDialog, uriOf } from '../dialog/dialog.ts';
import type { Headers } from '../message/headers.ts';
import { splitList, tagOf } from '../message/name-addr.ts';
import type { SipRequest } from '../message/types.ts';
import { parseUri } from '../message/uri.ts';
import type { Flow } from '../transport/flow.ts';
import { type Target, targetOf } from '../transport/target.ts';
import { type Answer, type Application, refused } from './application.ts';
import { attempt } from './attempts.ts';
import { type Departure, depart, exchange, madeHere } from './client-exchange.ts';
import type { InboundResponse } from './inbound.ts';
import { findWay, requestInDialog } from './in-dialog-request.ts';
import { LiveDialog } from './live-dialog.ts';
import { type ApplicationRequest, isUntypedSdp, newRequest } from './new-request.ts';
import { OutgoingInvite } from './outgoing-invite.ts';
import { askToGoOn, keepGranted } from './session.ts';
import { watchSubscription } from './subscription.ts';
import type { NoWay, OtherPlaces, Surroundings } from './surroundings.ts';

const sendable: ReadonlySet<string> = new Set(
  'INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(' '),
);

const notFound = refused('Server error: unable to find dialog for dialog id provided');
const noTransport = 'requested protocol/transport not available';

/** What applications ask of peers. */
export class Outgoing {
  readonly #invites = new Map<string, OutgoingInvite>();
  readonly #owner = {
    ended: (invite: OutgoingInvite): void => {
      this.#invites.delete(invite.id);
    },
  };

  constructor(private readonly around: Surroundings) {}

  /** A request outside a dialog; `proxy` is the next hop where it is not what Route or request-URI say. */
  send(application: Application, request: ApplicationRequest, proxy: string, answer: Answer): void {
    if (request.method === 'ACK') {
      // drachtio-srf acknowledges each final answer, also one that we made because nothing could be sent.
      this.#acknowledge(undefined, request, answer);
      return;
    }
    const flaw = flawOf(request);
    if (flaw !== undefined) {
      answer(refused(flaw));
      return;
    }
    const target = targetOf(nextHop(request, proxy));
    if (target === undefined) answer(refused(`invalid request-uri: ${startLine(request)}`));
    else if ('unsupported' in target) answer(refused(noTransport));
    else this.#sendTo(application, request, target, answer);
  }

  sendInDialog(application: Application, id: string, request: ApplicationRequest, answer: Answer): void {
    const live = this.around.dialogs.get(id);
    if (request.method === 'ACK') this.#acknowledge(live, request, answer);
    else if (live === undefined) answer(notFound);
    else {
      const flaw = flawOf(request);
      if (flaw === undefined) this.#sendInside(application, live, request, answer);
      else answer(refused(flaw));
    }
  }

  cancel(application: Application, id: string, request: ApplicationRequest, answer: Answer): void {
    const invite = this.#invites.get(id);
    if (invite?.application === application) invite.cancel(request.headers, answer);
    else answer(refused(`unable to cancel unknown transaction id: ${id}`));
  }

  /** Ends what a vanished application left behind on its outgoing side. */
  abandon(application: Application): void {
    for (const invite of [...this.#invites.values()]) if (invite.application === application) invite.abandon();
  }

  #sendTo(application: Application, own: ApplicationRequest, target: Target, answer: Answer): void {
    const { around } = this;
    const known = this.#registered(own, target);
    if (known !== undefined) {
      this.#start(application, depart(around, newRequest(around, own, known), known), undefined, answer);
      return;
    }
    around.ways.find(target, sizeOf(own), (way, others) => {
      if (!('noWay' in way)) {
        this.#start(application, depart(around, newRequest(around, own, way), way), others, answer);
        return;
      }
      const flow = around.ways.unreached(target);
      if (flow === undefined || way.noWay === 'transport') answer(refused(noTransport));
      else if (way.noWay === 'myself') answer(refused('can not send request to myself'));
      else this.#unreachable(application, depart(around, newRequest(around, own, flow), flow), way, answer);
    });
  }

  /** A contact that was registered over a connection is met there, unless the application names another way. */
  #registered(own: ApplicationRequest, { name, wish }: Target): Flow | undefined {
    if (wish.transport === 'udp' || parseUri(own.uri)?.host !== name) return undefined;
    return this.around.registered.find(own.uri, this.around.clock.now());
  }

  #start(application: Application, departure: Departure, others: OtherPlaces | undefined, answer: Answer): void {
    const { around } = this;
    const { request, bytes, flow } = departure;
    const transactionId = around.ids.uuid();
    const makesDialog = request.method === 'INVITE' || request.method === 'SUBSCRIBE';
    const id = makesDialog
      ? dialogId(request.headers.get('Call-ID') ?? '', tagOf(request.headers.get('From') ?? '') ?? '')
      : '';
    answer({ type: 'request-sent', bytes, flow, transactionId });
    if (request.method === 'INVITE') {
      const invite = new OutgoingInvite(
        around,
        application,
        transactionId,
        id,
        { departure, others },
        undefined,
        this.#owner,
      );
      this.#invites.set(transactionId, invite);
      invite.start();
      return;
    }
    const response = (inbound: InboundResponse): void => {
      if (inbound.status === 100) return;
      if (request.method === 'SUBSCRIBE' && inbound.status < 300) this.#subscribed(application, departure, inbound);
      application.response(inbound, transactionId, id);
      if (request.method === 'SUBSCRIBE' && inbound.status >= 200) this.around.dialogs.settle(id);
    };
    if (request.method === 'SUBSCRIBE') this.around.dialogs.expect(id);
    attempt(around, departure, others, { response }).start();
  }

  #subscribed(application: Application, { request, flow }: Departure, inbound: InboundResponse): void {
    if (inbound.status < 200 || inbound.toTag === '') return;
    const made = uacDialog(request, inbound.response);
    const live = new LiveDialog(made, 'subscription', application, inbound.flow ?? flow);
    live.upSince = this.around.clock.now();
    this.around.dialogs.add(live);
    const expires = inbound.response.headers.get('Expires') ?? request.headers.get('Expires');
    watchSubscription(this.around, live, expires);
  }

  /** The application sees its request go, and a 503 come back, as from a peer that refuses. */
  #unreachable(application: Application, { request, bytes }: Departure, { noWay }: NoWay, answer: Answer): void {
    const transactionId = this.around.ids.uuid();
    answer({ type: 'request-sent', bytes, flow: undefined, transactionId });
    const reason = noWay === 'dns' ? 'DNS Error' : 'Service Unavailable';
    const response = madeHere(this.around, request, 503, reason, undefined);
    if (request.method === 'INVITE' && tagOf(request.headers.get('To') ?? '') === undefined) {
      this.around.records.attempt('application', bytes);
      this.around.records.gotAnswer('uac', 503, response.bytes);
    }
    application.response(response, transactionId, '');
  }

  #acknowledge(live: LiveDialog | undefined, request: ApplicationRequest, answer: Answer): void {
    // A dialog that is not there any more: what was answered was a failure, and that we have acknowledged ourselves.
    if (live?.ourInvite === undefined) {
      answer(refused('Server error: ACK for non-success final response is automatically generated by server'));
    } else live.ourInvite.acknowledge(live, withSdpType(request), request.body, answer);
  }

  #sendInside(application: Application, live: LiveDialog, own: ApplicationRequest, answer: Answer): void {
    const { around } = this;
    const { method } = own;
    if (method === 'INVITE') {
      const again = (): void => {
        this.sendInDialog(application, live.id, own, answer);
      };
      if (live.session?.holds(again) === true) return;
    }
    if (method === 'BYE' && live.mustWait) {
      if (live.heldBye !== undefined) answer(notFound);
      live.heldBye ??= () => this.#sendInside(application, live, own, answer);
      return;
    }
    askToGoOn(live, method, own.headers);
    if (method === 'PRACK') {
      const rack = live.ourInvite?.confirmation?.(live, own.headers.get('RAck'));
      if (rack !== undefined) own.headers.set('RAck', rack);
    }
    if (method === 'BYE' && live.ourInvite?.isReinvite === true) live.ourInvite.cancel(undefined, undefined);
    findWay(around, live, sizeOf(own), (way) => {
      const flow = 'noWay' in way ? live.flow : way;
      const parts = { headers: withSdpType(own), body: own.body };
      const departure = depart(around, requestInDialog(around, live, method, flow, parts), flow);
      if ('noWay' in way) this.#unreachable(application, departure, way, answer);
      else this.#startInside(application, live, departure, answer);
    });
  }

  #startInside(application: Application, live: LiveDialog, departure: Departure, answer: Answer): void {
    const { around } = this;
    const { request, bytes, flow } = departure;
    const transactionId = around.ids.uuid();
    answer({ type: 'request-sent', bytes, flow, transactionId });
    if (request.method === 'BYE' && around.records.ends(live)) {
      around.records.stop('application', 'normal-release', bytes);
    }
    if (request.method === 'INVITE') {
      const invite = new OutgoingInvite(around, application, transactionId, live.id, { departure }, live, this.#owner);
      this.#invites.set(transactionId, invite);
      live.ourInvite = invite;
      invite.start();
      return;
    }
    const offers = request.method === 'UPDATE' && request.body.length > 0;
    if (offers) live.ourOffers++;
    const response = (inbound: InboundResponse): void => {
      if (inbound.status === 100) return;
      if (offers && inbound.status >= 200) live.ourOffers--;
      this.#followInside(live, request, inbound);
      application.response(inbound, transactionId, live.id);
    };
    exchange(around, departure, { response }).start();
  }

  /** What the answer to a request of ours does to the dialog that it was in. */
  #followInside(live: LiveDialog, request: SipRequest, { status, response, flow, toTag }: InboundResponse): void {
    const { method, headers: sent } = request;
    if (status < 200) return;
    if (method === 'BYE') {
      if (status !== 401 && status !== 407) this.around.dialogs.remove(live);
    } else if (live.usage === 'subscription' && endsSubscription(method, status)) this.around.dialogs.remove(live);
    else if (method === 'NOTIFY' && live.usage === 'subscription') {
      if (/^\s*terminated/i.test(sent.get('Subscription-State') ?? '')) this.around.dialogs.remove(live);
    } else if (method === 'UPDATE' && status < 300 && toTag === live.dialog.remoteTag) {
      live.dialog = retargeted(live.dialog, response);
      if (flow !== undefined && response.headers.has('Contact')) live.flow = flow;
      if (live.dialog.phase === 'confirmed') keepGranted(this.around, live, request, response.headers);
    } else if (method === 'SUBSCRIBE' && status < 300 && live.usage === 'subscription') {
      watchSubscription(this.around, live, response.headers.get('Expires') ?? sent.get('Expires'));
    }
  }
}

/** Nobody is there who knows the subscription (RFC 6665 §4.1.2.2, §4.2.2); 408 is also what we make of silence. */
function endsSubscription(method: string, status: number): boolean {
  if (method !== 'NOTIFY' && method !== 'SUBSCRIBE') return false;
  return status === 481 || status === 408 || status === 404 || status === 410 || status === 489 || status === 501;
}

function nextHop(request: ApplicationRequest, proxy: string): string {
  if (proxy.startsWith('<')) return uriOf(proxy);
  // A bare URI's parameters are its own here: read as a header value they would belong to the field (RFC 3261 §20.10).
  if (proxy !== '') return /^sips?:/i.test(proxy) ? proxy : `sip:${proxy}`;
  const route = request.headers.get('Route');
  return route === undefined ? request.uri : uriOf(splitList(route)[0] ?? route);
}

function flawOf(request: ApplicationRequest): string | undefined {
  if (!sendable.has(request.method)) return `invalid request-uri: ${startLine(request)}`;
  const untyped = request.body.length > 0 && !request.headers.has('Content-Type') && !isUntypedSdp(request);
  return untyped ? 'missing content-type' : undefined;
}

function withSdpType(request: ApplicationRequest): Headers {
  return isUntypedSdp(request) ? request.headers.append('Content-Type', 'application/sdp') : request.headers;
}

function startLine({ method, uri }: ApplicationRequest): string {
  return `${method} ${uri} SIP/2.0`;
}

/** About what it will be on the wire, with what the engine adds. */
function sizeOf({ headers, body, uri }: ApplicationRequest): number {
  let size = 400 + 2 * uri.length + body.length;
  for (const [name, value] of headers) size += name.length + value.length + 4;
  return size;
}
