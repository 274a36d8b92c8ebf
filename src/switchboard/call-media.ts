import type { Effect } from '../call/effect.ts';
import type { CallEvent, Turn } from '../call/event.ts';
import type { LegId } from '../call/party.ts';
import type { MediaRecord } from '../call/record.ts';
import { Fault } from '../faults/fault.ts';
import { menuKeys } from '../directory/plan-step.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type {
  AnsweringEndpoint,
  MediaEvent,
  MediaPlane,
  MediaReport,
  OfferingEndpoint,
  Playable,
  RecordingOptions,
  SdpText,
} from '../media/port.ts';

type MediaEventType =
  | 'media-opened'
  | 'media-failed'
  | 'media-connected'
  | 'not-connected'
  | 'media-silent'
  | 'media-closed'
  | 'attended'
  | 'not-attended'
  | 'played'
  | 'not-played'
  | 'key'
  | 'recorded'
  | 'not-recorded';
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
type MediaHappening = DistributiveOmit<Extract<CallEvent, { type: MediaEventType }>, 'at'>;

interface Endpoints {
  readonly caller: AnsweringEndpoint;
  /** None while the caller is only spoken to. */
  readonly callee: OfferingEndpoint | undefined;
}

export type Side = keyof Endpoints;

type Sides = Extract<Effect, { do: 'open-media' }>['sides'];

/**
 * The endpoints of a call: one that faces the caller, and one that is offered to
 * every phone that rings and stays with the one that answers.
 */
export class CallMedia {
  /** What was asked for so far; resolves with what is open, also when the latest failed. */
  #opening: Promise<Endpoints | undefined> | undefined;
  #endpoints: Endpoints | undefined;
  #answer: SdpText = '';
  /** What plays, or is being looked for. */
  #turn: Turn = 0;

  constructor(
    private readonly plane: MediaPlane,
    private readonly of: { readonly call: string; readonly offer: SdpText; readonly via: string },
    private readonly post: (happening: MediaHappening) => void,
    private readonly report: (fault: Fault) => void,
  ) {}

  open(sides: Sides): void {
    const before = this.#opening;
    this.#opening = this.#openMore(before, sides);
  }

  /** Our offer for one more phone. Asked for only once media is open. */
  offer(via: string): SdpText {
    return this.#endpoints?.callee?.offer(via) ?? '';
  }

  /** Takes that leg's answer, lets sound pass, and gets our answer for the caller. One leg at a time. */
  connect(leg: LegId, answer: SdpText): void {
    this.#try(
      () => this.#connect(answer),
      () => {
        this.post({ type: 'media-connected', leg });
      },
      (fault) => {
        this.post({ type: 'not-connected', leg, fault });
      },
    );
  }

  /** Gets our answer for a caller to whom we speak ourselves. The endpoint for callees is let go of: it offered other codecs. */
  attend(): void {
    this.#try(
      () => this.#attend(),
      () => {
        this.post({ type: 'attended' });
      },
      (fault) => {
        this.post({ type: 'not-attended', fault });
      },
    );
  }

  /** @param find takes what it takes; what was asked for later is played in its place */
  play(turn: Turn, find: () => Promise<readonly Playable[]>, repeat: boolean): void {
    this.#turn = turn;
    this.#try(
      async () => {
        const sounds = await find();
        if (this.#turn !== turn) return ok();
        return this.#endpoints?.caller.play(sounds, { repeat }) ?? err(notOpen());
      },
      () => undefined,
      (fault) => {
        this.post({ type: 'not-played', turn, fault });
      },
    );
  }

  silence(): void {
    this.#turn = 0;
    void this.#endpoints?.caller.silence();
  }

  record(options: RecordingOptions): void {
    this.#try(
      () => this.#endpoints?.caller.record(options) ?? Promise.resolve(err(notOpen())),
      () => undefined,
      (fault) => {
        this.post({ type: 'not-recorded', fault });
      },
    );
  }

  stopRecording(): void {
    void this.#endpoints?.caller.finishRecording();
  }

  /**
   * Our answer for the caller, once media is connected or the caller attended. At hand, so that the 200 leaves
   * in the turn in which it was decided: nothing can come between that would leave the
   * caller without a final response.
   */
  get answer(): SdpText {
    return this.#answer;
  }

  renegotiate(side: Side, offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.#endpoints?.[side]?.renegotiate(offer) ?? Promise.resolve(err(notOpen()));
  }

  /** Waits for what is still being opened, so that no port is left behind. */
  close(): void {
    void this.#close().then((media) => {
      this.post({ type: 'media-closed', media });
    });
  }

  async #openMore(before: Promise<Endpoints | undefined> | undefined, sides: Sides): Promise<Endpoints | undefined> {
    const open = await before;
    try {
      const opened = open === undefined ? await this.#open(sides) : await this.#openCallee(open);
      if (opened.ok) {
        this.#endpoints = opened.value;
        this.post({ type: 'media-opened' });
        return opened.value;
      }
      this.#fail(opened.error);
    } catch (thrown) {
      this.#fail(Fault.from(thrown));
    }
    return open;
  }

  async #open(sides: Sides): Promise<Result<Endpoints, Fault>> {
    const { call, via } = this.of;
    const caller = await this.plane.answering({ call, via, offer: this.of.offer, onEvent: this.#listener('caller') });
    if (!caller.ok) return caller;
    if (sides === 'caller') return ok({ caller: caller.value, callee: undefined });
    const both = await this.#openCallee({ caller: caller.value, callee: undefined });
    if (!both.ok) await caller.value.close();
    return both;
  }

  async #openCallee({ caller, callee: old }: Endpoints): Promise<Result<Endpoints, Fault>> {
    await old?.close();
    const { call, via } = this.of;
    const callee = await this.plane.offering({ call, via, like: caller, onEvent: this.#listener('callee') });
    return callee.ok ? ok({ caller, callee: callee.value }) : callee;
  }

  async #connect(answer: SdpText): Promise<Result<void, Fault>> {
    if (this.#endpoints?.callee === undefined) return err(notOpen());
    const { caller, callee } = this.#endpoints;
    const accepted = await callee.accept(answer);
    if (!accepted.ok) return accepted;
    const bridged = await this.plane.bridge(caller, callee);
    if (!bridged.ok) return bridged;
    const answered = await caller.answer();
    if (!answered.ok) return answered;
    this.#answer = answered.value;
    return ok();
  }

  async #attend(): Promise<Result<void, Fault>> {
    if (this.#endpoints === undefined) return err(notOpen());
    const { caller, callee } = this.#endpoints;
    const answered = await caller.attend();
    if (!answered.ok) return answered;
    this.#answer = answered.value;
    if (callee === undefined) return ok();
    this.#endpoints = { caller, callee: undefined };
    this.#opening = Promise.resolve(this.#endpoints);
    await callee.close();
    return ok();
  }

  async #close(): Promise<MediaRecord | undefined> {
    const opened = await this.#opening;
    this.#endpoints = undefined;
    if (opened === undefined) return undefined;
    const [caller, callee] = await Promise.all([opened.caller.close(), opened.callee?.close()]);
    return { caller: counters(caller), callee: callee === undefined ? unused : counters(callee) };
  }

  #listener(side: Side): (event: MediaEvent) => void {
    return (event) => {
      switch (event.type) {
        case 'lost':
          this.#fail(event.fault);
          return;
        case 'silent':
          this.post({ type: 'media-silent', side });
          return;
        case 'played':
          this.post({ type: 'played', turn: this.#turn });
          return;
        case 'key': {
          const key = menuKeys.find((known) => known === event.key);
          if (key !== undefined && side === 'caller') this.post({ type: 'key', key });
          return;
        }
        case 'recorded':
          this.post({ type: 'recorded', milliseconds: event.milliseconds });
          return;
        default:
          unreachable(event);
      }
    };
  }

  #try(run: () => Promise<Result<void, Fault>>, done: () => void, failed: (fault: Fault['code']) => void): void {
    const fail = (fault: Fault): void => {
      this.report(fault);
      failed(fault.code);
    };
    void run().then(
      (outcome) => {
        if (outcome.ok) done();
        else fail(outcome.error);
      },
      (thrown: unknown) => {
        fail(Fault.from(thrown));
      },
    );
  }

  #fail(fault: Fault): void {
    this.report(fault);
    this.post({ type: 'media-failed', fault: fault.code });
  }
}

/** Of a side that nobody was at. */
const unused: MediaRecord['callee'] = {
  ...{ codec: undefined, packetsReceived: 0, bytesReceived: 0, packetsSent: 0, bytesSent: 0 },
  ...{ packetsLost: 0, jitterMs: 0 },
};

function counters(report: MediaReport): MediaRecord['caller'] {
  const { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs } = report;
  return { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs };
}

function notOpen(): Fault {
  return new Fault('MEDIA_FAILED', 'media of this call is not open');
}
