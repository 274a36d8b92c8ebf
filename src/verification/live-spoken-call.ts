import { calleeLeg, type Presentation } from '../call/party.ts';
import type { CallId, LegId } from '../call/party.ts';
import type { CallRecord } from '../call/record.ts';
import type { E164, Trunk } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import { Mailbox } from '../kernel/mailbox.ts';
import { err, type Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { MediaPlane, MediaReport, OfferingEndpoint, Playable } from '../media/port.ts';
import type { CalleeLeg, CalleeListener, Signalling } from '../signalling/port.ts';
import type { Log } from '../telemetry/port.ts';
import { whatToDo } from './called.ts';
import { newSpokenCall, spoken, type SpokenCall, type SpokenEffect, type SpokenEvent } from './spoken-call.ts';
import type { SpokenTimer } from './spoken-call.ts';
import { type SpokenAbout, spokenRecord } from './spoken-record.ts';

/** Who counts how many calls each trunk carries. */
export interface Channels {
  /** @returns false when the trunk is full */
  take(call: CallId, leg: LegId, trunk: Pick<Trunk, 'id' | 'channels'>): boolean;
  free(call: CallId, leg: LegId): void;
}

export interface SpokenCallParts {
  readonly clock: Clock;
  readonly media: MediaPlane;
  readonly signalling: Signalling;
  readonly channels: Channels;
  readonly log: Log;
  /** How long each may take, in milliseconds. */
  readonly patience: Readonly<Record<SpokenTimer, number>>;
  /** Keeps what remains of a call. Never throws. */
  readonly keep: (call: CallId, record: CallRecord) => void;
}

export interface SpokenOrder extends SpokenAbout {
  readonly number: E164;
  /** To be tried one after the other; at least one. */
  readonly trunks: readonly Trunk[];
  readonly presentation: Presentation;
  /** The address of ours that packets to the first trunk leave from. */
  readonly via: string;
  /** What is to be heard, once. */
  readonly words: readonly Playable[];
  /** The call is told, or it is not (a Fault CODE_NOT_TOLD). Called once. */
  readonly onTold: (fault: Fault | undefined) => void;
  /** Nothing of the call is left. Called once. */
  readonly onGone: () => void;
}

/** Hops that an INVITE of our own may make (RFC 3261 §8.1.1.6). */
const maxForwards = 70;

/** One call that says a code, from the first INVITE until nothing of it is left. */
export class LiveSpokenCall {
  #state: SpokenCall;
  readonly #mailbox = new Mailbox<SpokenEvent>((event) => {
    this.#handle(event);
  });
  /** Those whose end is still to come. */
  readonly #legs = new Map<number, CalleeLeg>();
  readonly #timers = new Map<SpokenTimer, Timer>();
  #opening: Promise<Result<OfferingEndpoint, Fault>> | undefined;
  #endpoint: OfferingEndpoint | undefined;
  #told = false;
  #closed = false;

  constructor(
    private readonly parts: SpokenCallParts,
    private readonly order: SpokenOrder,
  ) {
    this.#state = newSpokenCall(parts.clock.now(), order.trunks);
  }

  start(): void {
    const { call, via } = this.order;
    const onEvent: Parameters<MediaPlane['offering']>[0]['onEvent'] = (event) => {
      if (event.type === 'played') this.#post({ type: 'said' });
      if (event.type === 'lost') this.#failed(event.fault);
    };
    this.#opening = settled(this.parts.media.offering({ call, via, like: undefined, onEvent }));
    void this.#opening.then((opened) => {
      if (!opened.ok) {
        this.#failed(opened.error);
        return;
      }
      this.#endpoint = opened.value;
      this.#post({ type: 'opened' });
    });
  }

  /** Ends it as soon as possible. */
  stop(): void {
    this.#post({ type: 'stopped' });
  }

  #handle(event: SpokenEvent): void {
    const before = this.#state.phase;
    const [after, effects] = spoken(this.#state, event);
    this.#state = after;
    const { call } = this.order;
    const more = 'status' in event ? { status: event.status } : 'timer' in event ? { timer: event.timer } : {};
    this.parts.log.info(
      { call, phase: before, event: event.type, next: after.phase, ...more },
      'call that tells a code',
    );
    for (const effect of effects) this.#perform(effect);
    this.#forgetWhenGone();
  }

  #perform(effect: SpokenEffect): void {
    switch (effect.do) {
      case 'ring':
        this.#ring(effect.leg, effect.trunk);
        return;
      case 'cancel':
        this.#legs.get(effect.leg)?.cancel(undefined);
        return;
      case 'hang-up':
        this.#legs.get(effect.leg)?.hangUp(undefined);
        this.#legEnded(effect.leg);
        return;
      case 'connect':
        void this.#connect(effect.answer);
        return;
      case 'say':
        void this.#say().then((saying) => {
          if (!saying.ok) this.#notConnected(saying.error);
        });
        return;
      case 'arm':
        this.#arm(effect.timer);
        return;
      case 'disarm':
        this.#disarm(effect.timer);
        return;
      case 'told':
        this.#tell(undefined);
        return;
      case 'close':
        void this.#close();
        return;
      default:
        unreachable(effect);
    }
  }

  #ring(leg: number, trunk: Trunk): void {
    const { call, number, presentation } = this.order;
    const endpoint = this.#endpoint;
    if (endpoint === undefined || !this.parts.channels.take(call, calleeLeg(leg), trunk)) {
      this.#post({ type: 'full', leg });
      return;
    }
    const listener: CalleeListener = {
      on: (event) => {
        switch (event.type) {
          case 'invited':
            return;
          case 'ringing':
            this.#post({ type: 'ringing', leg });
            return;
          case 'answered':
            this.#post({ type: 'answered', leg, answer: event.answer });
            return;
          case 'refused':
            this.#legEnded(leg);
            this.#post({ type: 'refused', leg, status: event.status });
            return;
          case 'hung-up':
            this.#legEnded(leg);
            this.#post({ type: 'hung-up', leg });
            return;
          default:
            unreachable(event);
        }
      },
      renegotiate: (offer) => endpoint.renegotiate(offer),
    };
    const target = { kind: 'trunk', trunk, number, otherwise: [], user: undefined } as const;
    const offer = (via: string): string => endpoint.offer(via);
    const invitation = { call, target, presentation, offer, hopsLeft: maxForwards };
    this.#legs.set(leg, this.parts.signalling.invite(invitation, listener));
  }

  async #connect(answer: string): Promise<void> {
    const endpoint = this.#endpoint;
    const accepted = endpoint === undefined ? err(notOpen()) : await settled(endpoint.accept(answer));
    const saying = accepted.ok ? await this.#say() : accepted;
    if (saying.ok) this.#post({ type: 'connected' });
    else this.#notConnected(saying.error);
  }

  #say(): Promise<Result<void, Fault>> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) return Promise.resolve(err(notOpen()));
    return settled(endpoint.play(this.order.words, { repeat: false }));
  }

  async #close(): Promise<void> {
    const { call } = this.order;
    const opened = await this.#opening;
    const media = opened?.ok === true ? await opened.value.close() : undefined;
    this.#endpoint = undefined;
    this.#closed = true;
    this.#remember(media);
    this.parts.log.debug({ call }, 'a call that tells a code is over');
    this.#forgetWhenGone();
  }

  #remember(media: MediaReport | undefined): void {
    if (this.#state.phase !== 'over') return;
    this.parts.keep(this.order.call, spokenRecord(this.order, this.#state, media));
    this.#tell(new Fault('CODE_NOT_TOLD', whatToDo(this.#state.called)));
  }

  #tell(fault: Fault | undefined): void {
    if (this.#told) return;
    this.#told = true;
    this.order.onTold(fault);
  }

  #failed(fault: Fault): void {
    this.#complain(fault);
    this.#post({ type: 'media-failed' });
  }

  #notConnected(fault: Fault): void {
    this.#complain(fault);
    this.#post({ type: 'not-connected', why: fault.code === 'NO_COMMON_CODEC' ? 'no-codec' : 'media' });
  }

  #complain({ code, message }: Fault): void {
    this.parts.log.warn({ call: this.order.call, fault: code, detail: message }, 'a code could not be told by a call');
  }

  #legEnded(leg: number): void {
    this.#legs.delete(leg);
    this.parts.channels.free(this.order.call, calleeLeg(leg));
    this.#forgetWhenGone();
  }

  #forgetWhenGone(): void {
    if (this.#closed && this.#legs.size === 0) this.order.onGone();
  }

  #arm(timer: SpokenTimer): void {
    this.#disarm(timer);
    const armed = this.parts.clock.after(this.parts.patience[timer], () => {
      this.#post({ type: 'timer', timer });
    });
    this.#timers.set(timer, armed);
  }

  #disarm(timer: SpokenTimer): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }

  #post(event: Untimed<SpokenEvent>): void {
    this.#mailbox.post({ ...event, at: this.parts.clock.now() });
  }
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** What was promised never to reject, but has. */
async function settled<Value>(promised: Promise<Result<Value, Fault>>): Promise<Result<Value, Fault>> {
  try {
    return await promised;
  } catch (thrown) {
    return err(Fault.from(thrown));
  }
}

function notOpen(): Fault {
  return new Fault('MEDIA_FAILED', 'media of this call is not open');
}
