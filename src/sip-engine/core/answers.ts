import { confirmed, dialogId, retargeted, uasDialog } from '../dialog/dialog.ts';
import type { Session } from '../dialog/session-timer.ts';
import { Headers } from '../message/headers.ts';
import { tagOf } from '../message/name-addr.ts';
import { lists } from '../message/token-list.ts';
import type { ApplicationMessage } from './application-message.ts';
import { wireName } from './application-message.ts';
import { type Answer, type Application, refused } from './application.ts';
import { hangUp } from './hang-up.ts';
import { endInvite, tellEnd } from './invite-over.ts';
import { LiveDialog } from './live-dialog.ts';
import { ownHostPort, ownUri, withOwnHost } from './own-uri.ts';
import type { PendingRequest, PendingRequests } from './pending-request.ts';
import { ReliableProvisionals } from './reliable-provisionals.ts';
import { answerSession, keepSession } from './session.ts';
import { watchSubscription } from './subscription.ts';
import type { Surroundings } from './surroundings.ts';
import { UnacknowledgedAnswer } from './unacknowledged-answer.ts';

type ApplicationResponse = ApplicationMessage & { readonly kind: 'response' };

/** Settled by the request or by the engine, whatever the application says. */
const settled: ReadonlySet<string> = new Set(
  'via route record-route rseq content-length from to call-id cseq'.split(' '),
);

const unknownTransaction = refused('Response not sent due to unknown transaction');

/** What applications answer to the requests that they were given. */
export class Answers {
  constructor(
    private readonly around: Surroundings,
    private readonly pendings: PendingRequests,
  ) {}

  respond(application: Application, id: string, response: ApplicationResponse, answer: Answer): void {
    const pending = this.pendings.byId(id);
    if (pending === undefined || pending.application !== application || pending.cancelled) {
      answer(unknownTransaction);
      return;
    }
    if (pending.answered || pending.held !== undefined) {
      // A second final response is no error: the application sees what went out first.
      const first = pending.held ?? pending.last;
      if (first !== undefined) answer(sent(pending, first, ''));
      return;
    }
    const wish = reliability(pending, response);
    if (wish === 'impossible') {
      answer(refused('Remote endpoint does not support 100rel'));
      return;
    }
    const noTag = pending.toTag === '';
    if (noTag) pending.toTag = tagOf(response.headers.get('To') ?? '') ?? '';
    const headers = this.#headers(pending, response);
    const bytes =
      wish === 'none' ? this.#send(pending, response, headers) : this.#sendReliably(pending, response, headers, wish);
    answer(sent(pending, bytes, echoedDialog(pending, response.status)));
    this.#afterwards(pending, response);
  }

  #send(pending: PendingRequest, response: ApplicationResponse, headers: Headers): Uint8Array {
    const { status, reason, body } = response;
    const session = this.#session(pending, response, headers);
    const bytes = pending.compose(status, reason, headers, body);
    const send = (): void => {
      pending.held = undefined;
      pending.dispatch(status, bytes);
      this.#follow(pending, response);
      if (pending.live === undefined || !settlesSession(pending, response)) return;
      const described = body.length > 0 ? body : (pending.provisionals?.description ?? body);
      const said = { headers, body: described };
      keepSession(this.around, pending.live, session, said, pending.inbound.request.headers);
    };
    if (status >= 200 && status < 300 && pending.provisionals?.holds(send) === true) pending.held = bytes;
    else send();
    return bytes;
  }

  #sendReliably(
    pending: PendingRequest,
    response: ApplicationResponse,
    headers: Headers,
    wish: 'of-application' | 'of-caller',
  ): Uint8Array {
    const { status, reason, body } = response;
    const { around } = this;
    pending.provisionals ??= new ReliableProvisionals(around, pending.inbound.sequence, around.ids.sequence(), () => {
      this.#unconfirmed(pending);
    });
    const { provisionals } = pending;
    const sequence = provisionals.nextSequence();
    if (wish === 'of-caller') headers.append('Require', '100rel');
    // The PRACK goes there.
    if (!headers.has('Contact')) headers.append('Contact', `<${ownUri(around.own, pending.flow)}>`);
    const bytes = pending.compose(status, reason, headers.append('RSeq', String(sequence)), body);
    provisionals.add({
      sequence,
      body,
      ownWish: wish === 'of-caller',
      send: () => {
        pending.dispatch(status, bytes);
        this.#follow(pending, response);
        if (pending.live !== undefined) pending.live.provisionals = provisionals;
      },
      repeat: () => {
        pending.put(bytes);
      },
    });
    return bytes;
  }

  #headers(pending: PendingRequest, response: ApplicationResponse): Headers {
    const { own } = this.around;
    const headers = new Headers();
    if (!response.headers.has('Contact') && needsContact(pending, response)) {
      headers.append('Contact', `<${ownUri(own, pending.flow)}>`);
    }
    let typed = false;
    for (const [name, value] of response.headers) {
      const lower = name.toLowerCase();
      if (settled.has(lower)) continue;
      typed ||= lower === 'content-type' || lower === 'c';
      const fixed = lower === 'contact' || lower === 'p-asserted-identity';
      headers.append(wireName(name), fixed ? withOwnHost(value, ownHostPort(own, pending.flow)) : value);
    }
    if (!typed && response.body.subarray(0, 3).toString('latin1') === 'v=0') {
      headers.append('Content-Type', 'application/sdp');
    }
    return headers;
  }

  #session(pending: PendingRequest, response: ApplicationResponse, headers: Headers): Session | undefined {
    return settlesSession(pending, response)
      ? answerSession(this.around, pending.inbound, pending.live, headers)
      : undefined;
  }

  /** What the response does to the dialog that it makes or is in. */
  #follow(pending: PendingRequest, { status, headers }: ApplicationResponse): void {
    const { request, flow } = pending.inbound;
    if ((request.method === 'REGISTER' || request.method === 'SUBSCRIBE') && status >= 200 && status < 300) {
      this.around.registered.remember(request.headers, headers, flow, this.around.clock.now());
    }
    if (request.method === 'INVITE') this.#followInvite(pending, status);
    else if ((request.method === 'SUBSCRIBE' || request.method === 'REFER') && status >= 200 && status < 300) {
      const subscribes = request.method === 'SUBSCRIBE' || !/^\s*false/i.test(headers.get('Refer-Sub') ?? '');
      const isNew = pending.live === undefined && pending.inbound.toTag === '';
      // RFC 4488: a REFER whose answer says so makes no subscription.
      if (isNew && subscribes && pending.application !== undefined) {
        const dialog = confirmed(uasDialog(request, pending.toTag));
        pending.live = new LiveDialog(dialog, 'subscription', pending.application, flow);
        this.around.dialogs.add(pending.live);
      }
      if (pending.live?.usage === 'subscription') {
        watchSubscription(this.around, pending.live, headers.get('Expires') ?? request.headers.get('Expires'));
      }
    } else if (request.method === 'UPDATE' && status >= 200 && status < 300 && pending.live !== undefined) {
      if (pending.inbound.fromTag === pending.live.dialog.remoteTag) {
        // Another branch of a fork that answered in the meantime moves nothing.
        pending.live.dialog = retargeted(pending.live.dialog, request);
      }
    }
  }

  #followInvite(pending: PendingRequest, status: number): void {
    const { inbound, application } = pending;
    if (status > 100 && status < 300 && pending.live === undefined && application !== undefined) {
      pending.live = new LiveDialog(uasDialog(inbound.request, pending.toTag), 'invite', application, inbound.flow);
      pending.live.theirInvite = pending;
      this.around.dialogs.add(pending.live);
    }
    const { live } = pending;
    if (live === undefined || status < 200) return;
    live.theirInvite = undefined;
    if (status >= 300) {
      if (inbound.toTag === '') this.around.dialogs.remove(live);
      return;
    }
    if (live.dialog.phase === 'early') live.upSince = this.around.clock.now();
    live.dialog = retargeted(confirmed(live.dialog), inbound.request);
    live.flow = inbound.flow;
    this.#repeatUntilAck(pending, live);
  }

  #repeatUntilAck(pending: PendingRequest, live: LiveDialog): void {
    const { around } = this;
    const again = (): void => {
      if (pending.last === undefined) return;
      around.counters.retransmissionsSent++;
      pending.put(pending.last);
    };
    live.unacknowledged?.stop();
    live.unacknowledged = new UnacknowledgedAnswer(around, pending.inbound.sequence, around.timers.t2, again, () => {
      live.unacknowledged = undefined;
      if (live.release()) return;
      hangUp(around, live, live.ending ?? 'ACK timeout', live.ending === undefined ? 'application' : 'nobody');
    });
    live.acknowledgeAs = pending.inbound.toTag === '' ? pending.id : around.ids.uuid();
  }

  /** RFC 3262 §3: the INVITE is refused when nobody acknowledges its provisional. */
  #unconfirmed(pending: PendingRequest): void {
    if (pending.answered) return;
    endInvite(this.around, pending, 504);
    tellEnd(this.around, pending, pending.live?.id ?? '', 'PRACK timeout');
  }

  /** A subscription is over with the answer to its last NOTIFY, not before: that answer must find its way. */
  #afterwards(pending: PendingRequest, { status }: ApplicationResponse): void {
    const { request } = pending.inbound;
    const { live } = pending;
    if (request.method !== 'NOTIFY' || status < 200 || live?.usage !== 'subscription') return;
    if (/^\s*terminated/i.test(request.headers.get('Subscription-State') ?? '')) this.around.dialogs.remove(live);
  }
}

function sent(pending: PendingRequest, bytes: Uint8Array, dialog: string): Parameters<Answer>[0] {
  const { flow, id, isInvite } = pending;
  return { type: 'response-sent', bytes, flow, transactionId: id, dialogId: dialog, toInvite: isInvite };
}

/** RFC 4028 §9: a 2xx to an INVITE, or to an UPDATE in a dialog that an INVITE has made already. */
function settlesSession({ inbound, live }: PendingRequest, { status }: ApplicationResponse): boolean {
  if (status < 200 || status >= 300) return false;
  const { method } = inbound.request;
  return method === 'INVITE' || (method === 'UPDATE' && live?.dialog.phase === 'confirmed');
}

/** Empty for what makes no dialog and is in none, and for BYE, whose dialog is gone. */
function echoedDialog(pending: PendingRequest, status: number): string {
  const { callId, fromTag, request } = pending.inbound;
  if (request.method === 'BYE') return '';
  if (pending.live !== undefined) return pending.live.id;
  const mayMake = request.method === 'INVITE' || (request.method === 'SUBSCRIBE' && status < 300);
  return mayMake ? dialogId(callId, fromTag) : '';
}

/** Where the peer is to know our address by it: what makes a dialog, or moves us within it. */
function needsContact({ inbound }: PendingRequest, { status, headers }: ApplicationResponse): boolean {
  const success = status >= 200 && status < 300;
  switch (inbound.request.method) {
    case 'INVITE':
      return success || (status < 200 && wantsReliability(headers));
    case 'SUBSCRIBE':
      return true;
    case 'REFER':
      return success && inbound.toTag === '';
    case 'UPDATE':
      return success;
    default:
      return false;
  }
}

/** Whether a provisional response waits for a PRACK, and who wants that (RFC 3262 §3). */
function reliability(
  { inbound }: PendingRequest,
  { status, headers }: ApplicationResponse,
): 'none' | 'of-application' | 'of-caller' | 'impossible' {
  const { request } = inbound;
  if (request.method !== 'INVITE' || status <= 100 || status >= 200) return 'none';
  const required = lists(request.headers, 'Require', '100rel');
  if (!wantsReliability(headers)) return required ? 'of-caller' : 'none';
  return required || lists(request.headers, 'Supported', '100rel') ? 'of-application' : 'impossible';
}

function wantsReliability(headers: Headers): boolean {
  return lists(headers, 'Require', '100rel');
}
