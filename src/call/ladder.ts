import { unreachable } from '../kernel/unreachable.ts';
import type { Effect, Sound } from './effect.ts';
import type { CallEvent } from './event.ts';
import { callerLeg, type LegId } from './party.ts';
import { printReason, type Reason } from './reason.ts';
import { newCall, type CallState } from './state.ts';
import type { CallPolicy } from './step.ts';
import { transition } from './transition.ts';

/** One message between the exchange and a party, or a note about the call itself. */
export type Rung =
  | { readonly at: number; readonly leg: LegId; readonly direction: 'in' | 'out'; readonly text: string }
  | { readonly at: number; readonly note: string };

/**
 * The call flow as a person draws it, from the call's own events: what came from
 * each party, and what the machine sent in answer. Times are Instants.
 */
export function rungs(events: readonly CallEvent[], policy: CallPolicy): readonly Rung[] {
  const drawn: Rung[] = [];
  let state: CallState = newCall;
  for (const event of events) {
    drawn.push(...fromEvent(event));
    const [next, effects] = transition(state, event, policy);
    drawn.push(...effects.flatMap((effect) => fromEffect(event.at, effect)));
    state = next;
  }
  return drawn;
}

function fromEvent(event: CallEvent): readonly Rung[] {
  const came = (leg: LegId, text: string): readonly Rung[] => [{ at: event.at, leg, direction: 'in', text }];
  const note = (text: string): readonly Rung[] => [{ at: event.at, note: text }];
  switch (event.type) {
    case 'offered':
      return came(callerLeg, `INVITE ${event.dialled}`);
    case 'ringing':
      return came(event.leg, String(event.status));
    case 'answered':
      return came(event.leg, '200');
    case 'refused':
      return came(event.leg, String(event.status));
    case 'confirmed':
      return came(callerLeg, 'ACK');
    case 'cancelled':
      return came(callerLeg, 'CANCEL');
    case 'hung-up':
      return came(event.leg, 'BYE');
    case 'unroutable':
    case 'media-failed':
    case 'stopped':
      return note(`${event.type}: ${event.fault}`);
    case 'media-silent':
      return note(`no media from ${event.side}`);
    case 'timer':
      return note(`timer ${event.timer}`);
    case 'media-connected':
      return note('media connected');
    case 'not-connected':
      return note(`not connected: ${event.fault}`);
    case 'key':
      return came(callerLeg, `key ${event.key}`);
    case 'recorded':
      return note(`recorded ${String(event.milliseconds)} ms`);
    case 'not-attended':
    case 'not-played':
    case 'not-recorded':
      return note(`${event.type}: ${event.fault}`);
    case 'routed':
    case 'attended':
    case 'played':
    case 'media-opened':
    case 'invited':
    case 'accepted':
    case 'not-accepted':
    case 'media-closed':
      return [];
    default:
      return unreachable(event);
  }
}

function fromEffect(at: number, effect: Effect): readonly Rung[] {
  const went = (leg: LegId, text: string): readonly Rung[] => [{ at, leg, direction: 'out', text }];
  switch (effect.do) {
    case 'ring':
      return went(effect.leg, 'INVITE');
    case 'tell':
      return went(callerLeg, String(effect.status));
    case 'cancel':
      return went(effect.leg, `CANCEL${because(effect.reason)}`);
    case 'hang-up':
      return went(effect.leg, `BYE${because(effect.reason)}`);
    case 'accept':
      return went(callerLeg, '200');
    case 'refuse':
      return went(callerLeg, String(effect.status));
    case 'play':
      return went(callerLeg, `sound: ${effect.sounds.map(soundName).join(', ')}`);
    case 'silence':
      return went(callerLeg, 'silence');
    default:
      return [];
  }
}

/** As a ladder names it. */
export function soundName(sound: Sound): string {
  return sound.is === 'spoken' ? sound.name : sound.is;
}

function because(reason: Reason | undefined): string {
  return reason === undefined ? '' : ` (${printReason(reason)})`;
}

/** @param names what to call each leg; by default its id */
export function drawLadder(
  events: readonly CallEvent[],
  policy: CallPolicy,
  names: (leg: LegId) => string = (leg) => leg,
): string {
  const drawn = rungs(events, policy);
  const start = drawn[0]?.at ?? 0;
  const width = Math.max(6, ...drawn.map((rung) => ('leg' in rung ? names(rung.leg).length : 0)));
  return drawn.map((rung) => `${seconds(rung.at - start)}  ${line(rung, width, names)}`).join('\n');
}

function line(rung: Rung, width: number, names: (leg: LegId) => string): string {
  if ('note' in rung) return `${' '.repeat(width)}  ·  ${rung.note}`;
  return `${names(rung.leg).padEnd(width)} ${rung.direction === 'in' ? '-->' : '<--'} ${rung.text}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`.padStart(9);
}
