import type { CallEvent } from '../call/event.ts';
import type { CallId } from '../call/party.ts';
import type { CallState } from '../call/state.ts';
import type { UserId } from '../directory/types.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { UserActivity } from '../routing/port.ts';
import type { CallObserver } from '../switchboard/live-call.ts';

/** Who is on the telephone, and since when the others are not: seen from the calls that pass, and forgotten at a restart. */
export class TelephoneUse {
  readonly #calling = new Map<CallId, Set<UserId>>();
  readonly #calls = new Map<UserId, number>();
  readonly #idleSince = new Map<UserId, Instant>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  of(user: UserId): UserActivity {
    return { busy: (this.#calls.get(user) ?? 0) > 0, idleSince: this.#idleSince.get(user) };
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
    if (event.type === 'offered' && event.caller.kind !== 'trunk') this.#begin(call, event.caller.user);
    if (to.phase === 'talking') {
      const user = to.live.legs.find(({ id }) => id === to.winner)?.target.user;
      if (user !== undefined) this.#begin(call, user);
    }
    if (to.phase === 'over' || to.phase === 'gone') this.#end(call);
  }

  #begin(call: CallId, user: UserId): void {
    const users = this.#calling.get(call) ?? new Set();
    if (users.has(user)) return;
    this.#calling.set(call, users.add(user));
    this.#calls.set(user, (this.#calls.get(user) ?? 0) + 1);
  }

  #end(call: CallId): void {
    for (const user of this.#calling.get(call) ?? []) {
      const left = (this.#calls.get(user) ?? 1) - 1;
      if (left > 0) this.#calls.set(user, left);
      else this.#calls.delete(user);
      this.#idleSince.set(user, this.clock.now());
    }
    this.#calling.delete(call);
  }
}
