import {
  answeredSession,
  grantedSession,
  parseSessionExpires,
  type Refresher,
  type Session,
  type SessionExpires,
} from '../dialog/session-timer.ts';
import type { Headers } from '../message/headers.ts';
import { lists } from '../message/token-list.ts';
import type { SipRequest } from '../message/types.ts';
import type { InboundRequest } from './inbound.ts';
import type { LiveDialog } from './live-dialog.ts';
import { SessionKeeper } from './session-keeper.ts';
import type { Surroundings } from './surroundings.ts';

/** What one side said in a message: the request or response, as far as sessions look at it. */
interface Spoken {
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Session-Expires as our 2xx to their INVITE or UPDATE is to have it, with `Require: timer` where they refresh (RFC 4028 §9). */
export function answerSession(
  around: Surroundings,
  { request }: InboundRequest,
  live: LiveDialog | undefined,
  headers: Headers,
): Session | undefined {
  const asked = sessionExpires(request.headers);
  const own = sessionExpires(headers);
  const running = live?.session?.running;
  if (asked === undefined && own === undefined && running === undefined) return undefined;
  const supports = lists(request.headers, 'Supported', 'timer');
  const peerKnows = supports || asked !== undefined;
  const answer = answeredSession(around.sessionTimers, { own, asked, running, peerKnows });
  if (answer === undefined) return undefined;
  headers.set('Session-Expires', printSession(answer.seconds, answer.refresher));
  if (answer.refresher === 'uac' && supports && !lists(headers, 'Require', 'timer')) headers.append('Require', 'timer');
  return { seconds: answer.seconds, weRefresh: answer.refresher === 'uas' };
}

/** The session that a 2xx to an INVITE or UPDATE of the application settles. */
export function keepGranted(around: Surroundings, live: LiveDialog, ours: SipRequest, theirs: Headers): void {
  const session = grantedSession(around.sessionTimers, sessionExpires(theirs), live.session?.running);
  keepSession(around, live, session, ours, theirs);
}

/** From a 2xx on, either way: `ours` is what we said in that exchange, `theirs` what the peer did. */
export function keepSession(
  around: Surroundings,
  live: LiveDialog,
  session: Session | undefined,
  ours: Spoken,
  theirs: Headers,
): void {
  if (live.session === undefined && session === undefined) return;
  live.session ??= new SessionKeeper(around, live);
  const { said } = live.session;
  said.contact = ours.headers.get('Contact') ?? said.contact;
  if (theirs.has('Allow')) said.peerTakesUpdate = lists(theirs, 'Allow', 'UPDATE');
  remember(live, ours);
  live.session.agreed(session);
}

/** Keeps our side of the session, to say it again in a refresh. A copy: the bytes are part of a bigger buffer. */
export function remember(live: LiveDialog, { headers, body }: Spoken): void {
  if (live.session === undefined || body.length === 0) return;
  live.session.said.body = Buffer.from(body);
  live.session.said.contentType = headers.get('Content-Type');
}

/** A re-INVITE or UPDATE of the application in a session with a timer refreshes it: it must say so (RFC 4028 §7.4). */
export function askToGoOn(live: LiveDialog, method: string, headers: Headers): void {
  const running = live.session?.running;
  if (running === undefined || (method !== 'INVITE' && method !== 'UPDATE')) return;
  if (!headers.has('Session-Expires')) {
    headers.append('Session-Expires', printSession(running.seconds, running.weRefresh ? 'uac' : 'uas'));
  }
  if (!lists(headers, 'Supported', 'timer')) headers.append('Supported', 'timer');
}

function printSession(seconds: number, refresher: Refresher): string {
  return `${String(seconds)};refresher=${refresher}`;
}

/** What its Session-Expires says; undefined where there is none that can be read. */
export function sessionExpires(headers: Headers): SessionExpires | undefined {
  const value = headers.get('Session-Expires');
  return value === undefined ? undefined : parseSessionExpires(value);
}
