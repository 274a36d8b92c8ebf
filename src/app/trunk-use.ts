import type { CallEvent } from '../call/event.ts';
import type { CallId } from '../call/party.ts';
import type { CallState, Leg } from '../call/state.ts';
import type { TrunkId } from '../directory/types.ts';
import type { CallObserver } from '../switchboard/live-call.ts';

/** How many calls each trunk carries, both ways: seen from the calls that pass. */
export class TrunkUse {
  /** By which trunk a call came in; undefined: by a phone. */
  readonly #cameBy = new Map<CallId, TrunkId>();
  readonly #carrying = new Map<CallId, readonly TrunkId[]>();

  of(trunk: TrunkId): number {
    let used = 0;
    for (const trunks of this.#carrying.values()) used += trunks.filter((one) => one === trunk).length;
    return used;
  }

  /** The same observer, whose calls are watched in passing. */
  watching(observer: CallObserver): CallObserver {
    return {
      moved: (call, event, from, to) => {
        this.#moved(call, event, to);
        observer.moved(call, event, from, to);
      },
      invited: (call, milliseconds) => {
        observer.invited(call, milliseconds);
      },
      fault: (call, fault) => {
        observer.fault(call, fault);
      },
      ended: (call, record, events) => {
        observer.ended(call, record, events);
      },
    };
  }

  #moved(call: CallId, event: CallEvent, to: CallState): void {
    if (event.type === 'offered' && event.caller.kind !== 'device') this.#cameBy.set(call, event.caller.trunk);
    const over = to.phase === 'over' || to.phase === 'gone';
    if (over) this.#cameBy.delete(call);
    const cameBy = this.#cameBy.get(call);
    const carrying = [...(cameBy === undefined ? [] : [cameBy]), ...(over ? [] : legsOf(to).flatMap(trunkOf))];
    if (carrying.length > 0) this.#carrying.set(call, carrying);
    else this.#carrying.delete(call);
  }
}

function legsOf(state: CallState): readonly Leg[] {
  return 'live' in state ? state.live.legs : [];
}

/** The trunk that a leg goes by, as long as it takes a channel there. */
function trunkOf({ target, status }: Leg): readonly TrunkId[] {
  return target.kind === 'trunk' && status.is !== 'down' ? [target.trunk.id] : [];
}
