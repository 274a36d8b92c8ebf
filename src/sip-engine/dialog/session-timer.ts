import type { Instant } from '../../kernel/clock.ts';
import { parseParams, paramOf } from '../message/params.ts';

/** Who keeps a session alive, by the part that it has in the transaction that says so. */
export type Refresher = 'uac' | 'uas';

export interface SessionTimerSettings {
  /** Who refreshes where a caller asks for a session timer and leaves that open; `none`: such a wish is not heard. */
  readonly defaultRefresher: Refresher | 'none';
  /** Seconds; sessions are not agreed on, or refreshed, for less. RFC 4028 §4 wants 90 or more. */
  readonly minSE: number;
}

/** The value of a Session-Expires header (RFC 4028 §4). */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: Refresher | undefined;
}

/** What both ends have agreed on. */
export interface Session {
  readonly seconds: number;
  readonly weRefresh: boolean;
}

/** Three weeks: more than a session needs, less than a timer can hold. */
const longest = 21 * 24 * 3600;

/** Undefined where it cannot be read: then it was never said. */
export function parseSessionExpires(value: string): SessionExpires | undefined {
  const [, digits, rest = ''] = /^\s*(\d{1,10})\s*(;.*)?$/.exec(value) ?? [];
  const params = parseParams(rest, 0);
  if (digits === undefined || params === undefined) return undefined;
  const refresher = paramOf(params, 'refresher')?.toLowerCase();
  return {
    seconds: Math.min(Number(digits), longest),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  };
}

/**
 * What our 2xx to an INVITE or UPDATE says (RFC 4028 §9). What the application said (`own`) goes before what was asked;
 * where we refresh a running session we go on, though the peer's request does not mention it.
 * @param peerKnows whether the peer's request says that it can keep a session alive
 */
export function answeredSession(
  settings: SessionTimerSettings,
  {
    own,
    asked,
    running,
    peerKnows,
  }: {
    readonly own: SessionExpires | undefined;
    readonly asked: SessionExpires | undefined;
    readonly running: Session | undefined;
    readonly peerKnows: boolean;
  },
): (SessionExpires & { readonly refresher: Refresher }) | undefined {
  if (own !== undefined) {
    const refresher = own.refresher ?? (peerKnows ? 'uac' : 'uas');
    return { seconds: Math.max(own.seconds, settings.minSE), refresher };
  }
  if (asked === undefined) {
    return running?.weRefresh === true ? { seconds: running.seconds, refresher: 'uas' } : undefined;
  }
  const sofar = running === undefined ? settings.defaultRefresher : running.weRefresh ? 'uas' : 'uac';
  const refresher = asked.refresher ?? sofar;
  return refresher === 'none' ? undefined : { seconds: Math.max(asked.seconds, settings.minSE), refresher };
}

/**
 * What the 2xx to our INVITE or UPDATE settles (RFC 4028 §7.2). A peer who knows nothing of session timers does not
 * hinder us from going on with our refreshes: they still show that he is gone.
 */
export function grantedSession(
  settings: SessionTimerSettings,
  granted: SessionExpires | undefined,
  running: Session | undefined,
): Session | undefined {
  if (granted === undefined) return running?.weRefresh === true ? running : undefined;
  return { seconds: Math.max(granted.seconds, settings.minSE), weRefresh: granted.refresher !== 'uas' };
}

/** Milliseconds from an agreement until a session without a refresh is given up (RFC 4028 §10). */
export function givenUpAfter(seconds: number): number {
  return Math.round(1000 * (seconds - Math.min(32, seconds / 3)));
}

/** A session timer; `end` is when the session is given up. */
export type SessionTimer =
  | { readonly phase: 'off' }
  | { readonly phase: 'they-refresh'; readonly session: Session }
  | { readonly phase: 'we-refresh' | 'refreshing'; readonly session: Session; readonly end: Instant };

export type SessionEvent =
  /** A 2xx to an INVITE or UPDATE of either side, our refreshes among them; undefined: it ends the timer. */
  | { readonly type: 'agreed'; readonly session: Session | undefined }
  /** An INVITE or UPDATE of the peer: whatever becomes of it, he lives. */
  | { readonly type: 'heard' }
  | { readonly type: 'due' }
  /** Our refresh may be tried again so many milliseconds from now, and for another time where seconds are given. */
  | { readonly type: 'put-off'; readonly ms: number; readonly seconds?: number }
  | { readonly type: 'failed' };

export type SessionAction =
  | { readonly do: 'arm'; readonly ms: number }
  | { readonly do: 'disarm' }
  | { readonly do: 'refresh'; readonly seconds: number }
  | { readonly do: 'end' };

export const noSession: SessionTimer = { phase: 'off' };

const none: readonly SessionAction[] = [];

/** One step of the timer; armed is one timer at most, whose end is the event `due`. */
export function stepSession(
  state: SessionTimer,
  event: SessionEvent,
  now: Instant,
): readonly [SessionTimer, readonly SessionAction[]] {
  switch (event.type) {
    case 'agreed':
      return agreed(event.session, now);
    case 'heard':
      return state.phase === 'they-refresh' ? agreed(state.session, now) : [state, none];
    case 'due':
      return due(state, now);
    case 'put-off':
      return putOff(state, event, now);
    case 'failed':
      return state.phase === 'refreshing' ? over : [state, none];
  }
}

const over: readonly [SessionTimer, readonly SessionAction[]] = [noSession, [{ do: 'disarm' }, { do: 'end' }]];

function agreed(session: Session | undefined, now: Instant): readonly [SessionTimer, readonly SessionAction[]] {
  if (session === undefined) return [noSession, [{ do: 'disarm' }]];
  const whole = givenUpAfter(session.seconds);
  return session.weRefresh
    ? [{ phase: 'we-refresh', session, end: now + whole }, [{ do: 'arm', ms: session.seconds * 500 }]]
    : [{ phase: 'they-refresh', session }, [{ do: 'arm', ms: whole }]];
}

function due(state: SessionTimer, now: Instant): readonly [SessionTimer, readonly SessionAction[]] {
  if (state.phase === 'off') return [state, none];
  if (state.phase !== 'we-refresh' || now >= state.end) return over;
  const { session, end } = state;
  return [
    { phase: 'refreshing', session, end },
    [
      { do: 'arm', ms: end - now },
      { do: 'refresh', seconds: session.seconds },
    ],
  ];
}

function putOff(
  state: SessionTimer,
  { ms, seconds }: { readonly ms: number; readonly seconds?: number },
  now: Instant,
): readonly [SessionTimer, readonly SessionAction[]] {
  if (state.phase !== 'refreshing') return [state, none];
  const { session, end } = state;
  const wait = Math.max(0, Math.min(ms, end - now));
  const next = seconds === undefined ? session : { ...session, seconds };
  return [{ phase: 'we-refresh', session: next, end }, [{ do: 'arm', ms: wait }]];
}
