import { callRecord } from '../call/cdr.ts';
import type { Effect } from '../call/effect.ts';
import type { CallEvent, CallTimer } from '../call/event.ts';
import { callerLeg, type CallId, type LegId, type Target } from '../call/party.ts';
import type { CallRecord } from '../call/record.ts';
import type { RouteMove, StepOutcome, Whereabouts } from '../call/route-step.ts';
import { newCall, type CallState } from '../call/state.ts';
import type { CallPolicy } from '../call/step.ts';
import { transition } from '../call/transition.ts';
import type { Fault } from '../faults/fault.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import { Mailbox } from '../kernel/mailbox.ts';
import type { Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { CalleeEvent, CalleeLeg, CallerEvent, IncomingCall, Signalling } from '../signalling/port.ts';
import { CallMedia } from './call-media.ts';
import type { FindSounds } from './find-sounds.ts';
import { leftMessage, type Messages } from './messages.ts';
import type { MobileLines } from './mobile-lines.ts';
import type { TrunkChannels } from './trunk-channels.ts';
import type { MediaPlane } from '../media/port.ts';

/** What all calls share. */
export interface LiveCallParts {
  readonly clock: Clock;
  readonly policy: CallPolicy;
  readonly media: MediaPlane;
  readonly signalling: Signalling;
  readonly observer: CallObserver;
  readonly channels: TrunkChannels;
  readonly mobileLines: MobileLines;
  readonly sounds: FindSounds;
  readonly messages: Messages;
}

/** What is one call's own. */
export interface LiveCallOwn {
  readonly id: CallId;
  readonly incoming: IncomingCall;
  readonly nextMove: (
    at: Whereabouts | undefined,
    because: StepOutcome | undefined,
  ) => Promise<Result<RouteMove, Fault>>;
  /** Nothing of the call is left. */
  readonly forget: () => void;
}

/** Who wants to know; none of them can change the call. */
export interface CallObserver {
  /** One transition. */
  moved(call: CallId, event: CallEvent, from: CallState, to: CallState): void;
  /** The first INVITE of ours went out, so long after the caller's came in. */
  invited(call: CallId, milliseconds: number): void;
  /** What went wrong, with words that the events do not carry. */
  fault(call: CallId, fault: Fault): void;
  ended(call: CallId, record: CallRecord, events: readonly CallEvent[]): void;
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
type Happening = DistributiveOmit<CallEvent, 'at'>;

/**
 * One call as it runs: its mailbox, its event list, and the resources that its effects
 * opened. It decides nothing: whatever happens is posted, and `transition` says what to do.
 */
export class LiveCall {
  readonly #mailbox = new Mailbox<Happening>((happening) => this.#handle(happening));
  readonly #events: CallEvent[] = [];
  readonly #timers = new Map<CallTimer, Timer>();
  readonly #callees = new Map<LegId, CalleeLeg>();
  readonly #answers = new Map<LegId, string>();
  readonly #media: CallMedia;
  #state: CallState = newCall;
  #firstInvite = true;

  constructor(
    private readonly parts: LiveCallParts,
    private readonly own: LiveCallOwn,
  ) {
    const { id, incoming } = own;
    this.#media = new CallMedia(
      parts.media,
      { call: id, offer: incoming.offer, via: incoming.via },
      (happening) => {
        this.#mailbox.post(happening);
      },
      (fault) => {
        this.#report(fault);
      },
    );
  }

  get id(): CallId {
    return this.own.id;
  }

  get events(): readonly CallEvent[] {
    return this.#events;
  }

  start(): void {
    const { id, incoming } = this.own;
    if (incoming.caller.kind !== 'device') this.parts.channels.occupy(id, callerLeg, incoming.caller.trunk);
    this.#mailbox.post({ type: 'offered', caller: incoming.caller, dialled: incoming.dialled });
    incoming.leg.listen({
      on: (event) => {
        this.#mailbox.post(fromCaller(event));
      },
      renegotiate: (offer) => this.#media.renegotiate('caller', offer),
    });
  }

  stop(fault: Fault): void {
    this.#mailbox.post({ type: 'stopped', fault: fault.code });
  }

  #handle(happening: Happening): void {
    const event: CallEvent = { ...happening, at: this.parts.clock.now() };
    const from = this.#state;
    const [to, effects] = transition(from, event, this.parts.policy);
    this.#events.push(event);
    this.#state = to;
    this.parts.observer.moved(this.own.id, event, from, to);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    const { incoming } = this.own;
    switch (effect.do) {
      case 'find-route':
        this.#findRoute(effect);
        return;
      case 'open-media':
        this.#media.open(effect.sides);
        return;
      case 'ring':
        this.#ring(effect);
        return;
      case 'tell':
        incoming.leg.tell(effect.status);
        return;
      case 'cancel':
        this.#callees.get(effect.leg)?.cancel(effect.reason);
        return;
      case 'hang-up':
        if (effect.leg === callerLeg) incoming.leg.hangUp(effect.reason);
        else this.#callees.get(effect.leg)?.hangUp(effect.reason);
        this.#free(effect.leg);
        return;
      case 'connect-media':
        this.#media.connect(effect.leg, this.#answers.get(effect.leg) ?? '');
        return;
      case 'accept':
        this.#accept();
        return;
      case 'refuse':
        incoming.leg.refuse(effect.status, effect.fault);
        return;
      case 'attend':
        this.#media.attend();
        return;
      case 'play':
        this.#media.play(effect.turn, () => this.parts.sounds(effect.sounds), effect.repeat);
        return;
      case 'silence':
        this.#media.silence();
        return;
      case 'record-message':
        this.#media.record(this.parts.messages.recording(this.own.id));
        return;
      case 'stop-recording':
        this.#media.stopRecording();
        return;
      case 'keep-message':
        this.parts.messages.keep(leftMessage(this.own.id, this.#events, effect));
        return;
      case 'drop-message':
        this.parts.messages.drop(this.own.id);
        return;
      case 'close-media':
        this.#media.close();
        return;
      case 'arm':
        this.#arm(effect.timer, effect.milliseconds);
        return;
      case 'disarm':
        this.#disarm(effect.timer);
        return;
      case 'record':
        this.#free(callerLeg);
        this.#record();
        return;
      case 'forget':
        for (const leg of this.#callees.keys()) this.#free(leg);
        this.#free(callerLeg);
        this.own.forget();
        return;
      default:
        unreachable(effect);
    }
  }

  #findRoute({ turn, at, because }: Extract<Effect, { do: 'find-route' }>): void {
    void this.own.nextMove(at, because).then((found) => {
      if (!found.ok) this.#report(found.error);
      this.#mailbox.post(
        found.ok ? { type: 'routed', turn, move: found.value } : { type: 'unroutable', turn, fault: found.error.code },
      );
    });
  }

  #ring({ leg, target, presentation }: Extract<Effect, { do: 'ring' }>): void {
    if (target.kind === 'trunk' && !this.#takeChannel(leg, target)) {
      this.#mailbox.post({ type: 'refused', leg, status: 503 });
      return;
    }
    if (target.kind === 'trunk' && target.user !== undefined && !this.#takeMobile(leg, target.number)) {
      this.#mailbox.post({ type: 'refused', leg, status: 486 });
      return;
    }
    const callee = this.parts.signalling.invite(
      {
        call: this.own.id,
        target,
        presentation,
        offer: (via) => this.#media.offer(via),
        hopsLeft: this.own.incoming.hopsLeft,
      },
      {
        on: (event) => {
          this.#hearCallee(leg, event);
        },
        renegotiate: (offer) => this.#media.renegotiate('callee', offer),
      },
    );
    this.#callees.set(leg, callee);
  }

  #free(leg: LegId): void {
    this.parts.channels.free(this.own.id, leg);
    this.parts.mobileLines.free(this.own.id, leg);
  }

  #takeMobile(leg: LegId, number: string): boolean {
    if (this.parts.mobileLines.take(this.own.id, leg, number)) return true;
    this.#free(leg);
    return false;
  }

  #takeChannel(leg: LegId, { trunk, emergency }: Extract<Target, { kind: 'trunk' }>): boolean {
    const { channels } = this.parts;
    if (emergency !== true) return channels.take(this.own.id, leg, trunk);
    // How many it takes is the carrier's to say when somebody's life may hang on it.
    channels.occupy(this.own.id, leg, trunk.id);
    return true;
  }

  #hearCallee(leg: LegId, event: CalleeEvent): void {
    switch (event.type) {
      case 'invited':
        if (this.#firstInvite)
          this.parts.observer.invited(this.own.id, this.parts.clock.now() - this.own.incoming.receivedAt);
        this.#firstInvite = false;
        this.#mailbox.post({ type: 'invited', leg });
        return;
      case 'ringing':
        this.#mailbox.post({ type: 'ringing', leg, status: event.status });
        return;
      case 'answered':
        this.#answers.set(leg, event.answer);
        this.#mailbox.post({ type: 'answered', leg });
        return;
      case 'refused':
        this.#callees.delete(leg);
        this.#free(leg);
        this.#mailbox.post({ type: 'refused', leg, status: event.status });
        return;
      case 'hung-up':
        this.#free(leg);
        this.#mailbox.post({ type: 'hung-up', leg, why: event.why });
        return;
      default:
        unreachable(event);
    }
  }

  #accept(): void {
    void this.own.incoming.leg.accept(this.#media.answer).then((sent) => {
      if (!sent.ok) this.#report(sent.error);
      this.#mailbox.post({ type: sent.ok ? 'accepted' : 'not-accepted' });
    });
  }

  #report(fault: Fault): void {
    this.parts.observer.fault(this.own.id, fault);
  }

  #arm(timer: CallTimer, milliseconds: number): void {
    this.#disarm(timer);
    this.#timers.set(
      timer,
      this.parts.clock.after(milliseconds, () => {
        this.#timers.delete(timer);
        this.#mailbox.post({ type: 'timer', timer });
      }),
    );
  }

  #disarm(timer: CallTimer): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }

  #record(): void {
    const record = callRecord(this.own.id, this.#events, this.parts.policy);
    if (record !== undefined) this.parts.observer.ended(this.own.id, record, this.#events);
  }
}

function fromCaller(event: CallerEvent): Happening {
  return event.type === 'hung-up' ? { type: 'hung-up', leg: callerLeg, why: event.why } : event;
}
