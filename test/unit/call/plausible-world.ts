import assert from 'node:assert/strict';
import { callRecord } from '../../../src/call/cdr.ts';
import type { Effect } from '../../../src/call/effect.ts';
import type { CallEvent, CallTimer } from '../../../src/call/event.ts';
import { callerLeg, type CallId, type LegId } from '../../../src/call/party.ts';
import { answeredElsewhere } from '../../../src/call/reason.ts';
import type { CallRecord } from '../../../src/call/record.ts';
import type { RouteStep } from '../../../src/call/route-step.ts';
import { newCall, type CallState } from '../../../src/call/state.ts';
import { transition } from '../../../src/call/transition.ts';
import { policy } from '../../support/call-policy.ts';
import { giveUp, moveTo } from '../../support/moves.ts';
import { callerCalled } from '../../support/people.ts';

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
type Happening = DistributiveOmit<CallEvent, 'at'>;

/** Something that may happen next. */
export interface Possibility {
  readonly what: string;
  readonly run: () => void;
}

interface RungLeg {
  /** Which endpoint for callees it was offered. */
  readonly offered: number;
  was: 'rung' | 'cancelled' | 'answered' | 'ended';
  answered: boolean;
}

const refusals = [403, 404, 408, 480, 486, 487, 503, 603];

/**
 * All that surrounds one call, as it may behave: parties, media and time. It offers
 * only what can follow from what went before, and holds every effect to the promises
 * of the machine.
 */
export class PlausibleWorld {
  readonly events: CallEvent[] = [];
  readonly effects: Effect[] = [];
  record: CallRecord | undefined;
  #state: CallState = newCall;
  #now = 0;
  readonly #legs = new Map<LegId, RungLeg>();
  readonly #timers = new Map<CallTimer, number>();
  /** What was asked and not answered yet. */
  readonly #asked = new Set<'open-media' | 'attend' | 'accept' | 'close-media'>();
  readonly #done = new Set<'open-media' | 'close-media'>();
  /** Counts the endpoints for callees; 0: there is none now. */
  #endpoint = 0;
  #endpoints = 0;
  #opens: 'caller' | 'callee' | 'both' = 'both';
  #playing: number | undefined;
  #recording: 'no' | 'yes' | 'ending' = 'no';
  #typed = 0;
  kept = 0;
  /** Questions of routing, by their turn. */
  readonly #questions = new Set<number>();
  #steps: readonly RouteStep[];
  #connecting: LegId | undefined;
  #caller: 'calling' | 'being accepted' | 'refused' | 'gave up' | 'talking' | 'ended' = 'calling';
  #confirmed = false;
  #stops = 0;
  #forgotten = false;

  /** @param steps what routing says, one after the other; and then it gives up */
  constructor(steps: readonly RouteStep[]) {
    this.#steps = steps;
    this.#post({ type: 'offered', caller: callerCalled('alice'), dialled: '202' });
  }

  get over(): boolean {
    return this.#forgotten;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Late events too: after `forget` they must do nothing. */
  possibilities(): readonly Possibility[] {
    return [...this.#ofTheCaller(), ...this.#ofLegs(), ...this.#ofMedia(), ...this.#ofTheExchange(), ...this.#ofTime()];
  }

  /** What a world that only obeys would do next, so that a call always comes to its end. */
  obey(): void {
    const [next] = [
      ...this.#ofTheCaller().filter(({ what }) => ['accepted', 'not accepted', 'caller hangs up'].includes(what)),
      ...this.#ofMedia().filter(({ what }) =>
        ['media opened', 'media connected', 'attended', 'played', 'recorded 5000', 'media closed'].includes(what),
      ),
      ...this.#ofTheExchange().filter(({ what }) => what.startsWith('routed')),
      ...this.#ofTime(),
    ];
    assert.ok(next, `a call in phase ${this.#state.phase} waits for nothing`);
    next.run();
  }

  checkEnd(): void {
    this.#endRecording();
    const all = this.effects.map((effect) => effect.do);
    const times = (name: Effect['do']): number => all.filter((did) => did === name).length;
    assert.equal(times('record'), 1, 'one record');
    assert.equal(times('forget'), 1, 'forgotten once');
    const last = all.filter((did) => did !== 'keep-message' && did !== 'drop-message').at(-1);
    assert.equal(last, 'forget', 'nothing after forget, but for what somebody said');
    assert.equal(times('close-media'), Math.min(1, times('open-media')), 'media is closed once if it was opened');
    assert.equal(this.#recording, 'no', 'a recording was forgotten');
    assert.ok(this.kept <= 1, 'a message was kept twice');
    assert.equal(this.#timers.size, 0, `still armed: ${[...this.#timers.keys()].join()}`);
    assert.ok(['refused', 'gave up', 'ended'].includes(this.#caller), `the caller was left ${this.#caller}`);
    for (const [id, leg] of this.#legs) {
      assert.ok(leg.was === 'ended' || leg.was === 'cancelled', `${id} was left ${leg.was}`);
    }
    assert.ok(this.record);
  }

  /** A disk that is slower than all else: the call was forgotten meanwhile. */
  #endRecording(): void {
    if (this.#recording === 'no') return;
    const kept = this.kept;
    this.#ofMedia()
      .find(({ what }) => what === 'recorded 5000')
      ?.run();
    assert.equal(this.kept, kept + 1, 'a late message was not kept');
  }

  #ofTheCaller(): readonly Possibility[] {
    switch (this.#caller) {
      case 'calling':
        return [this.#event('caller gives up', { type: 'cancelled' }, () => (this.#caller = 'gave up'))];
      case 'being accepted':
        return [
          this.#event('accepted', { type: 'accepted' }, () => {
            this.#asked.delete('accept');
            this.#caller = 'talking';
          }),
          this.#event('not accepted', { type: 'not-accepted' }, () => {
            this.#asked.delete('accept');
            this.#caller = 'gave up';
          }),
          this.#event('caller gives up as it is accepted', { type: 'cancelled' }, () => (this.#caller = 'gave up')),
        ];
      case 'gave up':
        if (!this.#asked.has('accept')) return [];
        return [this.#event('not accepted', { type: 'not-accepted' }, () => this.#asked.delete('accept'))];
      case 'talking':
        return [
          this.#event('caller hangs up', { type: 'hung-up', leg: callerLeg, why: 'normal release' }, () => {
            this.#caller = 'ended';
          }),
          ...(this.#confirmed
            ? []
            : [this.#event('caller confirms', { type: 'confirmed' }, () => (this.#confirmed = true))]),
        ];
      default:
        return [];
    }
  }

  #ofLegs(): readonly Possibility[] {
    return [...this.#legs].flatMap(([leg, is]): readonly Possibility[] => {
      if (is.was === 'ended') return [];
      if (is.was === 'answered') {
        const ended = (): string => (is.was = 'ended');
        return [this.#event(`${leg} hangs up`, { type: 'hung-up', leg, why: 'normal release' }, ended)];
      }
      const answers = (): void => {
        is.was = 'answered';
        is.answered = true;
      };
      return [
        this.#event(`${leg} was invited`, { type: 'invited', leg }),
        // A call lingers longer than the transaction of a cancelled INVITE: no 200 finds it forgotten.
        ...(this.#forgotten ? [] : [this.#event(`${leg} answers`, { type: 'answered', leg }, answers)]),
        ...(is.was === 'rung' ? [this.#event(`${leg} rings`, { type: 'ringing', leg, status: 180 })] : []),
        ...refusals.map((status) =>
          this.#event(`${leg} says ${status}`, { type: 'refused', leg, status }, () => (is.was = 'ended')),
        ),
      ];
    });
  }

  #ofMedia(): readonly Possibility[] {
    const closed = this.#done.has('close-media');
    const open = this.#done.has('open-media') && !closed;
    const fault = 'MEDIA_FAILED';
    const opened = (): void => {
      this.#asked.delete('open-media');
      this.#done.add('open-media');
      if (this.#opens !== 'caller') this.#endpoint = ++this.#endpoints;
    };
    const leg = this.#connecting;
    const tried = (): void => (this.#connecting = undefined);
    return [
      ...(this.#asked.has('open-media')
        ? [
            this.#event('media opened', { type: 'media-opened' }, opened),
            this.#event('media did not open', { type: 'media-failed', fault }, () => this.#asked.delete('open-media')),
          ]
        : []),
      ...(leg === undefined
        ? []
        : [
            this.#event('media connected', { type: 'media-connected', leg }, tried),
            this.#event('no codec', { type: 'not-connected', leg, fault: 'NO_COMMON_CODEC' }, tried),
          ]),
      ...this.#ofSpeech(),
      ...(open ? [this.#event('media lost', { type: 'media-failed', fault })] : []),
      ...(open ? [this.#event('silence', { type: 'media-silent', side: 'callee' })] : []),
      ...(open ? [this.#event('silence of the caller', { type: 'media-silent', side: 'caller' })] : []),
      // Closing waits for what is still being opened.
      ...(this.#asked.has('close-media') && !this.#asked.has('open-media') && this.#recording === 'no'
        ? [
            this.#event('media closed', { type: 'media-closed', media: undefined }, () => {
              this.#asked.delete('close-media');
              this.#done.add('close-media');
            }),
          ]
        : []),
    ];
  }

  #ofSpeech(): readonly Possibility[] {
    const attended = (): void => {
      this.#asked.delete('attend');
    };
    const turn = this.#playing;
    const heard = (): void => (this.#playing = undefined);
    const ended = (): void => void (this.#recording = 'no');
    const said = (milliseconds: number): Possibility =>
      this.#event(`recorded ${String(milliseconds)}`, { type: 'recorded', milliseconds }, ended);
    return [
      ...(this.#asked.has('attend')
        ? [
            this.#event('attended', { type: 'attended' }, () => {
              attended();
              this.#endpoint = 0;
            }),
            this.#event('not attended', { type: 'not-attended', fault: 'NO_COMMON_CODEC' }, attended),
          ]
        : []),
      ...(turn === undefined
        ? []
        : [
            this.#event('played', { type: 'played', turn }, heard),
            this.#event('not played', { type: 'not-played', turn, fault: 'SOUND_UNREADABLE' }, heard),
          ]),
      ...(this.#recording === 'no' ? [] : [said(5_000), said(200)]),
      ...(this.#recording === 'yes'
        ? [this.#event('not recorded', { type: 'not-recorded', fault: 'RECORDING_FAILED' }, ended)]
        : []),
      ...(this.#caller === 'talking' && this.#typed < 20
        ? (['1', '9', '#'] as const).map((key) =>
            this.#event(`key ${key}`, { type: 'key', key }, () => (this.#typed += 1)),
          )
        : []),
    ];
  }

  #ofTheExchange(): readonly Possibility[] {
    const [step = giveUp, ...later] = this.#steps;
    return [
      ...[...this.#questions].flatMap((turn) => {
        const answered = (): void => void this.#questions.delete(turn);
        return [
          this.#event(`routed ${String(turn)}`, { type: 'routed', turn, move: moveTo(step) }, () => {
            answered();
            this.#steps = later;
          }),
          this.#event('unroutable', { type: 'unroutable', turn, fault: 'NO_SUCH_NUMBER' }, answered),
        ];
      }),
      ...(this.#stops < 2
        ? [this.#event('stop', { type: 'stopped', fault: 'SHUTTING_DOWN' }, () => (this.#stops += 1))]
        : []),
    ];
  }

  #ofTime(): readonly Possibility[] {
    // Handing our 200 to the SIP server takes milliseconds, whatever else hangs.
    if (this.#asked.has('accept')) return [];
    const [next] = [...this.#timers].sort((a, b) => a[1] - b[1]);
    if (next === undefined) return [];
    const [timer, due] = next;
    return [
      this.#event(`timer ${timer}`, { type: 'timer', timer }, () => {
        this.#timers.delete(timer);
        this.#now = Math.max(this.#now, due);
      }),
    ];
  }

  #event(what: string, happening: Happening, before: () => unknown = () => undefined): Possibility {
    return {
      what,
      run: () => {
        before();
        this.#post(happening);
      },
    };
  }

  #post(happening: Happening): void {
    this.#now += 7;
    const event = { ...happening, at: this.#now };
    const [next, effects] = transition(this.#state, event, policy);
    this.events.push(event);
    this.#state = next;
    if (this.#forgotten) assert.deepEqual(effects, [], `a forgotten call acts upon ${event.type}`);
    for (const effect of effects) this.#obey(effect);
    if (next.phase === 'over') assert.ok(this.#somethingIsLeft(), 'it lingers for nothing');
  }

  #somethingIsLeft(): boolean {
    const legs = [...this.#legs.values()];
    return this.#asked.has('accept') || this.#asked.has('close-media') || legs.some(({ was }) => was !== 'ended');
  }

  #obey(effect: Effect): void {
    assert.ok(!this.#forgotten, `${effect.do} after forget`);
    this.effects.push(effect);
    switch (effect.do) {
      case 'find-route':
        this.#questions.add(effect.turn);
        return;
      case 'connect-media':
        assert.equal(this.#legs.get(effect.leg)?.was, 'answered', `${effect.leg} is connected`);
        assert.equal(this.#connecting, undefined, 'two are connected at a time');
        this.#connecting = effect.leg;
        assert.equal(this.#legs.get(effect.leg)?.offered, this.#endpoint, `${effect.leg} was offered other media`);
        this.#playing = undefined;
        return;
      case 'open-media':
        assert.ok(!this.#asked.has('open-media'), 'opened while it is being opened');
        assert.equal(
          this.#done.has('open-media'),
          effect.sides === 'callee',
          'the caller’s endpoint comes first, once',
        );
        this.#asked.add(effect.do);
        this.#opens = effect.sides;
        return;
      case 'attend':
        assert.ok(this.#done.has('open-media'));
        assert.equal(this.#caller, 'calling', 'attended twice');
        this.#asked.add(effect.do);
        return;
      case 'play':
        assert.equal(this.#caller, 'talking', 'sound for a caller that is not there');
        this.#playing = effect.repeat ? undefined : effect.turn;
        return;
      case 'silence':
        this.#playing = undefined;
        return;
      case 'record-message':
        assert.equal(this.#recording, 'no', 'two recordings');
        assert.equal(this.#caller, 'talking');
        this.#recording = 'yes';
        return;
      case 'stop-recording':
        assert.equal(this.#recording, 'yes');
        this.#recording = 'ending';
        return;
      case 'keep-message':
        this.kept += 1;
        return;
      case 'drop-message':
        return;
      case 'close-media':
        assert.ok(
          this.effects.some((earlier) => earlier.do === 'open-media'),
          'close-media without open-media',
        );
        this.#asked.add(effect.do);
        if (this.#recording === 'yes') this.#recording = 'ending';
        return;
      case 'ring':
        assert.ok(this.#endpoint > 0, 'nobody is rung before media is open');
        assert.ok(!this.#legs.has(effect.leg), `${effect.leg} rung twice`);
        this.#legs.set(effect.leg, { was: 'rung', answered: false, offered: this.#endpoint });
        return;
      case 'tell':
        assert.equal(this.#caller, 'calling', '180 after a final response');
        return;
      case 'cancel':
        this.#cancel(effect.leg, effect.reason === answeredElsewhere);
        return;
      case 'hang-up':
        this.#hangUp(effect.leg);
        return;
      case 'accept':
        assert.equal(this.#caller, 'calling', '200 after a final response');
        this.#caller = 'being accepted';
        this.#asked.add('accept');
        return;
      case 'refuse':
        assert.equal(this.#caller, 'calling', 'two final responses');
        assert.ok(effect.status >= 400);
        this.#caller = 'refused';
        return;
      case 'arm':
        this.#timers.set(effect.timer, this.#now + effect.milliseconds);
        return;
      case 'disarm':
        this.#timers.delete(effect.timer);
        return;
      case 'record':
        this.record = callRecord('call-1' as CallId, this.events, policy);
        return;
      case 'forget':
        this.#forgotten = true;
    }
  }

  #cancel(id: LegId, elsewhere: boolean): void {
    const leg = this.#legs.get(id);
    assert.equal(leg?.was, 'rung', `CANCEL to ${id}`);
    const somebodyAnswered = [...this.#legs.values()].some(({ answered }) => answered);
    if (elsewhere) assert.ok(somebodyAnswered, 'a missed call is hidden');
    if (leg !== undefined) leg.was = 'cancelled';
  }

  #hangUp(id: LegId): void {
    if (id === callerLeg) {
      assert.equal(this.#caller, 'talking', 'BYE to a caller that is not connected');
      this.#caller = 'ended';
      return;
    }
    const leg = this.#legs.get(id);
    assert.equal(leg?.was, 'answered', `BYE to ${id}`);
    if (leg !== undefined) leg.was = 'ended';
  }
}
