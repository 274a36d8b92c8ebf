import type { CallId } from '../call/party.ts';
import type { CallEvent } from '../call/event.ts';
import type { CallPolicy } from '../call/step.ts';
import { mayBeEmergencyNumber } from '../directory/emergency-numbers.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock } from '../kernel/clock.ts';
import { err, type Result } from '../kernel/result.ts';
import type { MediaPlane } from '../media/port.ts';
import { nextMove } from '../routing/next-move.ts';
import type { Routing } from '../routing/routing.ts';
import type { RouteMove, StepOutcome, Whereabouts } from '../call/route-step.ts';
import type { IncomingCall, Signalling } from '../signalling/port.ts';
import type { FindSounds } from './find-sounds.ts';
import { type CallLimits, LiveCounts } from './live-counts.ts';
import { type CallObserver, LiveCall } from './live-call.ts';
import type { Messages } from './messages.ts';
import { MobileLines } from './mobile-lines.ts';
import type { TrunkChannels } from './trunk-channels.ts';

export interface SwitchboardParts {
  readonly clock: Clock;
  readonly media: MediaPlane;
  readonly signalling: Signalling;
  readonly routing: Routing;
  readonly policy: CallPolicy;
  readonly limits: CallLimits;
  readonly observer: CallObserver;
  readonly channels: TrunkChannels;
  readonly sounds: FindSounds;
  readonly messages: Messages;
  readonly newCallId: () => CallId;
}

/** The table of live calls: one mailbox each, from the INVITE until nothing of it is left. */
export class Switchboard {
  readonly #calls = new Map<CallId, LiveCall>();
  readonly #counts: LiveCounts;
  #stopping: { readonly fault: Fault; readonly idle: () => void } | undefined;

  readonly #mobileLines = new MobileLines();

  constructor(private readonly parts: SwitchboardParts) {
    this.#counts = new LiveCounts(parts.limits);
  }

  /** Calls that hold anything at all, also those that only wait for a last response. */
  get live(): number {
    return this.#calls.size;
  }

  offer(incoming: IncomingCall): void {
    const id = this.parts.newCallId();
    const admitted = this.#stopping === undefined ? this.#counts.enter(id, incoming.caller) : err(this.#stopping.fault);
    const call = new LiveCall(
      { ...this.parts, mobileLines: this.#mobileLines },
      {
        id,
        incoming,
        nextMove: (at, because) =>
          admitted.ok
            ? this.#nextMove(incoming, at, because)
            : this.#forHelpOnly(incoming, at, because, admitted.error),
        forget: () => {
          this.#forget(id);
        },
      },
    );
    this.#calls.set(id, call);
    call.start();
  }

  /** What happened to a live call so far. */
  events(call: CallId): readonly CallEvent[] | undefined {
    return this.#calls.get(call)?.events;
  }

  /** Ends the calls that live now. */
  endAll(fault: Fault): void {
    for (const call of this.#calls.values()) call.stop(fault);
  }

  /** Ends every call and refuses new ones. Resolves when none is left, at the latest when the last has lingered. */
  stop(fault: Fault): Promise<void> {
    return new Promise((resolve) => {
      this.#stopping = { fault, idle: resolve };
      this.endAll(fault);
      if (this.#calls.size === 0) resolve();
    });
  }

  async #nextMove(
    { caller, dialled, hopsLeft }: IncomingCall,
    at: Whereabouts | undefined,
    because: StepOutcome | undefined,
  ): Promise<Result<RouteMove, Fault>> {
    // Max-Forwards ran out in us: a loop, or a route that is far too long.
    if (hopsLeft < 0) return err(new Fault('LOOP', 'the call has passed through too many servers'));
    try {
      return await nextMove({ caller, dialled }, at, because, this.parts.routing);
    } catch (thrown) {
      return err(Fault.from(thrown));
    }
  }

  /** A call above the limits goes on when help is called for, and is refused otherwise. */
  async #forHelpOnly(
    incoming: IncomingCall,
    at: Whereabouts | undefined,
    because: StepOutcome | undefined,
    refusal: Fault,
  ): Promise<Result<RouteMove, Fault>> {
    if (at !== undefined) return this.#nextMove(incoming, at, because);
    // Nobody else's number is looked up: the limits are there to save that.
    if (this.#stopping !== undefined || incoming.caller.kind === 'trunk' || !mayBeEmergencyNumber(incoming.dialled))
      return err(refusal);
    const found = await this.#nextMove(incoming, at, because);
    return found.ok && isForHelp(found.value) ? found : err(refusal);
  }

  #forget(call: CallId): void {
    this.#calls.delete(call);
    this.#counts.leave(call);
    if (this.#calls.size === 0) this.#stopping?.idle();
  }
}

function isForHelp({ step }: RouteMove): boolean {
  return step.do === 'ring' && step.targets.every(({ target }) => target.kind === 'trunk' && target.emergency === true);
}
