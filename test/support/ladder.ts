import assert from 'node:assert/strict';
import { callRecord } from '../../src/call/cdr.ts';
import type { MenuKey } from '../../src/directory/plan-step.ts';
import type { UserId } from '../../src/directory/types.ts';
import { soundName } from '../../src/call/ladder.ts';
import type { Effect } from '../../src/call/effect.ts';
import type { CallEvent, CallTimer } from '../../src/call/event.ts';
import { callerLeg, type CallId, type LegId, type Target } from '../../src/call/party.ts';
import type { Reason } from '../../src/call/reason.ts';
import type { RouteStep } from '../../src/call/route-step.ts';
import { newCall, type CallState } from '../../src/call/state.ts';
import { transition } from '../../src/call/transition.ts';
import type { Timer } from '../../src/kernel/clock.ts';
import type { FaultCode } from '../../src/faults/catalogue.ts';
import { policy } from './call-policy.ts';
import { giveUp, moveTo, ringOf } from './moves.ts';
import { carrier, callerCalled, phoneOf } from './people.ts';
import { VirtualClock } from './virtual-clock.ts';

/** `first` is a trunk that has `other` beside it, and `helps` the same when 112 is called. */
type Callee = 'bobby' | 'carol' | 'davey' | 'trunk' | 'first' | 'helps' | 'other';
type FromAlice = 'INVITE' | 'CANCEL' | 'ACK' | 'BYE' | `key ${MenuKey}`;
type ToAlice = `sound ${string}` | 'silence' | '180' | '200' | 'BYE' | `BYE ${string}` | `${4 | 5 | 6}${string}`;
type ToCallee = 'INVITE' | 'CANCEL' | 'CANCEL elsewhere' | 'BYE' | `BYE ${string}`;

/** A line of a ladder. Arrows align because every party has five letters; a typo does not compile. */
export type Line =
  | `alice -> b2bua ${FromAlice}`
  | `alice <- b2bua ${ToAlice}`
  | `b2bua -> ${Callee} ${ToCallee}`
  | `b2bua <- ${Callee} ${string}`
  | `~ ${number}s`
  | 'media opens'
  | 'media connects'
  | `media fails ${FaultCode}`
  | `media cannot connect ${FaultCode}`
  | `silence from the ${'caller' | 'callee'}`
  | 'media attends'
  | `media cannot attend ${FaultCode}`
  /** What is played once has been heard. */
  | 'sound ends'
  | `sound fails ${FaultCode}`
  | 'recording starts'
  | 'recording stops'
  | `recording fails ${FaultCode}`
  /** It ends by itself. */
  | `recorded ${number}s`
  | `message of ${number}s for ${string}`
  | 'message dropped'
  | 'media closes'
  | '200 is out'
  | `stop ${FaultCode}`
  | `cdr: ${string}`;

/** What routing says: ring these, or speak with the caller. */
type Move =
  | readonly Callee[]
  | { readonly ring: readonly Callee[]; readonly waiting: 'music' }
  | { readonly announce: string }
  | {
      readonly menu: string;
      readonly keys: Readonly<Partial<Record<MenuKey, readonly Move[]>>>;
      readonly retries?: number;
      /** Without it: what follows the menu. */
      readonly otherwise?: readonly Move[];
    }
  | { readonly voicemail: string }
  | { readonly refuse: FaultCode };

export interface Staging {
  /** What routing says, step by step; then it gives up. */
  readonly rings?: readonly Move[];
  readonly seconds?: number;
  /** Routing finds nobody. */
  readonly unroutable?: FaultCode;
  /** Media and our 200 wait for their own line instead of going well at once. */
  readonly byHand?: boolean;
  /** Media is closed by its own line, as by a disk that is behind. */
  readonly slowToClose?: boolean;
}

/** A scenario: the call flow as a person draws it, run against the pure machine in virtual time. */
export function ladder(title: string, staging: Staging, lines: readonly Line[]): void {
  it(title, () => {
    const stage = new Stage(staging);
    for (const [index, line] of lines.entries()) {
      try {
        stage.play(line);
      } catch (cause) {
        throw new Error(
          `line ${String(index + 1)}, "${line}": ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }
    }
    stage.end();
  });
}

class Stage {
  readonly #clock = new VirtualClock();
  readonly #timers = new Map<CallTimer, Timer>();
  readonly #events: CallEvent[] = [];
  readonly #sent: string[] = [];
  readonly #legs = new Map<LegId, Callee>();
  #state: CallState = newCall;
  #connecting: LegId = callerLeg;
  #playing = 0;
  #recordingSince: number | undefined;
  #ahead: readonly Move[];
  #menu: Extract<Move, { menu: string }> | undefined;
  #forgotten = false;

  constructor(private readonly staging: Staging) {
    this.#ahead = staging.rings ?? [['bobby']];
  }

  play(line: Line): void {
    if (/^(alice <-|b2bua ->|cdr:|recording st|message )/.test(line)) return this.#expect(line);
    assert.deepEqual(this.#sent, [], 'messages that the ladder does not show');
    const [, pause] = /^~ ([\d.]+)s$/.exec(line) ?? [];
    if (pause !== undefined) return this.#clock.advance(Number(pause) * 1000);
    this.#hear(line);
  }

  end(): void {
    assert.deepEqual(this.#sent, [], 'messages after the last line');
    assert.equal(this.#state.phase, 'gone', 'the call was not forgotten');
    assert.ok(this.#forgotten);
    assert.equal(this.#clock.pending, 0, 'a timer is still armed');
  }

  #expect(line: string): void {
    const next = this.#sent.shift();
    assert.equal(next, line);
  }

  #hear(line: string): void {
    const words = line.split(' ');
    const [first, second, third, fourth] = words;
    if (this.#hearMedia(line)) return;
    if (line === 'media closes') return this.#mediaCloses();
    if (line === 'media opens') return this.#post({ type: 'media-opened' });
    if (line === 'media connects') return this.#post({ type: 'media-connected', leg: this.#connecting });
    if (line === '200 is out') return this.#post({ type: 'accepted' });
    if (first === 'media' && second === 'cannot')
      return this.#post({ type: 'not-connected', leg: this.#connecting, fault: fourth as FaultCode });
    if (first === 'media') return this.#post({ type: 'media-failed', fault: third as FaultCode });
    if (first === 'stop') return this.#post({ type: 'stopped', fault: second as FaultCode });
    if (first === 'silence')
      return this.#post({ type: 'media-silent', side: fourth === 'caller' ? 'caller' : 'callee' });
    if (first === 'alice') return this.#hearAlice(fourth ?? '', words[4]);
    this.#hearCallee(this.#leg(third ?? ''), fourth ?? '');
  }

  #hearMedia(line: string): boolean {
    const words = line.split(' ');
    const fault = words.at(-1) as FaultCode;
    const event = ((): DistributiveOmit<CallEvent, 'at'> | undefined => {
      if (line === 'media attends') return { type: 'attended' };
      if (line.startsWith('media cannot attend')) return { type: 'not-attended', fault };
      if (line === 'sound ends') return { type: 'played', turn: this.#playing };
      if (line.startsWith('sound fails')) return { type: 'not-played', turn: this.#playing, fault };
      if (line.startsWith('recording fails')) return { type: 'not-recorded', fault };
      return undefined;
    })();
    if (event !== undefined) this.#post(event);
    if (words[0] === 'recorded') this.#recorded(Number.parseInt(words[1] ?? '') * 1000);
    return event !== undefined || words[0] === 'recorded';
  }

  #recorded(milliseconds: number): void {
    this.#recordingSince = undefined;
    this.#post({ type: 'recorded', milliseconds });
  }

  #mediaCloses(): void {
    if (this.#recordingSince !== undefined) this.#recorded(this.#clock.now() - this.#recordingSince);
    this.#post({ type: 'media-closed', media: undefined });
  }

  #hearAlice(message: string, key: string | undefined): void {
    switch (message) {
      case 'key':
        return this.#post({ type: 'key', key: key as MenuKey });
      case 'INVITE':
        return this.#post({ type: 'offered', caller: callerCalled('alice'), dialled: '202' });
      case 'CANCEL':
        return this.#post({ type: 'cancelled' });
      case 'ACK':
        return this.#post({ type: 'confirmed' });
      case 'BYE':
        return this.#post({ type: 'hung-up', leg: callerLeg, why: 'normal release' });
      default:
        assert.fail(`alice cannot say ${message}`);
    }
  }

  #hearCallee(leg: LegId, message: string): void {
    const status = Number(message);
    if (message === 'BYE') return this.#post({ type: 'hung-up', leg, why: 'normal release' });
    if (status >= 300) return this.#post({ type: 'refused', leg, status });
    if (status === 200) return this.#post({ type: 'answered', leg });
    if (status > 100) return this.#post({ type: 'ringing', leg, status });
    assert.fail(`a callee cannot say ${message}`);
  }

  #leg(name: string): LegId {
    // The latest leg of that party: a later step may ring it again.
    const found = [...this.#legs].findLast(([, callee]) => callee === name);
    assert.ok(found, `${name} was not rung`);
    return found[0];
  }

  #post(event: DistributiveOmit<CallEvent, 'at'>): void {
    const timed = { ...event, at: this.#clock.now() };
    this.#events.push(timed);
    const [next, effects] = transition(this.#state, timed, policy);
    this.#state = next;
    const follow: (() => void)[] = [];
    for (const effect of effects) this.#perform(effect, (later) => follow.push(later));
    for (const later of follow) later();
  }

  #perform(effect: Effect, later: (run: () => void) => void): void {
    switch (effect.do) {
      case 'find-route':
        return later(() => {
          this.#route(effect);
        });
      case 'open-media':
        return this.#whenNotByHand(later, { type: 'media-opened' });
      case 'connect-media':
        this.#connecting = effect.leg;
        return this.#whenNotByHand(later, { type: 'media-connected', leg: effect.leg });
      case 'accept':
        this.#sent.push('alice <- b2bua 200');
        return this.#whenNotByHand(later, { type: 'accepted' });
      case 'ring':
        this.#legs.set(effect.leg, calleeName(effect.target));
        this.#sent.push(`b2bua -> ${calleeName(effect.target)} INVITE`);
        return;
      case 'tell':
        this.#sent.push(`alice <- b2bua ${String(effect.status)}`);
        return;
      case 'refuse':
        this.#sent.push(`alice <- b2bua ${String(effect.status)}`);
        return;
      case 'cancel':
        this.#sent.push(`b2bua -> ${this.#name(effect.leg)} CANCEL${because(effect.reason)}`);
        return;
      case 'hang-up':
        this.#sent.push(
          effect.leg === callerLeg
            ? `alice <- b2bua BYE${because(effect.reason)}`
            : `b2bua -> ${this.#name(effect.leg)} BYE${because(effect.reason)}`,
        );
        return;
      case 'attend':
        return this.#whenNotByHand(later, { type: 'attended' });
      case 'play': {
        this.#playing = effect.turn;
        const sounds = effect.sounds.map(soundName).join(', ');
        this.#sent.push(`alice <- b2bua sound ${sounds}${effect.repeat ? ' on and on' : ''}`);
        return;
      }
      case 'silence':
        this.#sent.push('alice <- b2bua silence');
        return;
      case 'record-message':
        this.#recordingSince = this.#clock.now();
        this.#sent.push('recording starts');
        return;
      case 'stop-recording':
        this.#sent.push('recording stops');
        return later(() => {
          this.#recorded(this.#clock.now() - (this.#recordingSince ?? 0));
        });
      case 'keep-message':
        this.#sent.push(`message of ${String(effect.milliseconds / 1000)}s for ${effect.box}`);
        return;
      case 'drop-message':
        this.#sent.push('message dropped');
        return;
      case 'close-media':
        if (this.staging.slowToClose === true) return;
        return later(() => {
          this.#mediaCloses();
        });
      case 'arm':
        this.#timers.get(effect.timer)?.cancel();
        this.#timers.set(
          effect.timer,
          this.#clock.after(effect.milliseconds, () => {
            this.#post({ type: 'timer', timer: effect.timer });
          }),
        );
        return;
      case 'disarm':
        this.#timers.get(effect.timer)?.cancel();
        return;
      case 'record':
        this.#sent.push(`cdr: ${this.#record()}`);
        return;
      case 'forget':
        this.#forgotten = true;
        return;
    }
  }

  #whenNotByHand(later: (run: () => void) => void, event: DistributiveOmit<CallEvent, 'at'>): void {
    if (this.staging.byHand === true) return;
    later(() => {
      this.#post(event);
    });
  }

  #route({ turn, because }: Extract<Effect, { do: 'find-route' }>): void {
    if (this.staging.unroutable !== undefined)
      return this.#post({ type: 'unroutable', turn, fault: this.staging.unroutable });
    if (because?.is === 'key') this.#ahead = this.#menu?.keys[because.key] ?? [];
    if (because?.is === 'no-key') this.#ahead = this.#menu?.otherwise ?? this.#ahead;
    const [move, ...ahead] = this.#ahead;
    this.#ahead = ahead;
    this.#post({ type: 'routed', turn, move: moveTo(move === undefined ? giveUp : this.#step(move)) });
  }

  #step(move: Move): RouteStep {
    if ('announce' in move) return { do: 'announce', sound: move.announce };
    if ('voicemail' in move) return { do: 'voicemail', box: move.voicemail as UserId };
    if ('refuse' in move) return { do: 'refuse', fault: move.refuse };
    if ('menu' in move) {
      this.#menu = move;
      const keys = Object.keys(move.keys) as MenuKey[];
      return { do: 'menu', sound: move.menu, keys, retries: move.retries ?? 1, timeoutSeconds: 5 };
    }
    const seconds = this.staging.seconds ?? 30;
    if ('ring' in move) return { ...ringOf(move.ring.map(target), seconds), waiting: 'music' };
    return ringOf(move.map(target), seconds);
  }

  #record(): string {
    const record = callRecord('call-1' as CallId, this.#events, policy);
    assert.ok(record);
    const chain = record.attendedAt === undefined ? [] : ['attended'];
    const legs = record.legs.map((leg, index) => `${[...this.#legs.values()][index] ?? '?'} ${leg.outcome}`);
    return [`${record.outcome} by ${record.endedBy}`, ...chain, ...legs].join(', ');
  }

  #name(leg: LegId): string {
    return this.#legs.get(leg) ?? leg;
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

function target(name: Callee): Target {
  switch (name) {
    case 'trunk':
      return carrier('+31612345678');
    case 'first':
      return carrier('+31612345678', 'first', 'other');
    case 'helps':
      return { ...carrier('112', 'helps', 'other'), emergency: true };
    case 'other':
      return carrier('+31612345678', 'other');
    default:
      return phoneOf(name);
  }
}

function calleeName(rung: Target): Callee {
  if (rung.kind === 'device') return rung.user as string as Callee;
  return rung.trunk.id === 'carrier' ? 'trunk' : (rung.trunk.id as string as Callee);
}

function because(reason: Reason | undefined): string {
  if (reason === undefined) return '';
  return reason.cause === 200 ? ' elsewhere' : ` ${reason.text}`;
}
