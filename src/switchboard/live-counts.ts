import type { Caller, CallId } from '../call/party.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** How many calls may live at a time. */
export interface CallLimits {
  readonly calls: number;
  readonly callsPerTenant: number;
  readonly callsPerUser: number;
}

/** Counts who has how many calls, so that one phone gone wild does not take the exchange. */
export class LiveCounts {
  readonly #keysOf = new Map<CallId, readonly string[]>();
  readonly #counts = new Map<string, number>();

  constructor(private readonly limits: CallLimits) {}

  /** @returns CALL_LIMIT, naming the limit that was met */
  enter(call: CallId, caller: Caller): Result<void, Fault> {
    const wanted = this.#wanted(caller);
    const full = wanted.find(({ key, limit }) => (this.#counts.get(key) ?? 0) >= limit);
    if (full !== undefined)
      return err(new Fault('CALL_LIMIT', `${full.name} is ${String(full.limit)}: raise it under sip.limits`));
    for (const { key } of wanted) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#keysOf.set(
      call,
      wanted.map(({ key }) => key),
    );
    return ok();
  }

  leave(call: CallId): void {
    for (const key of this.#keysOf.get(call) ?? []) {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left === 0) this.#counts.delete(key);
      else this.#counts.set(key, left);
    }
    this.#keysOf.delete(call);
  }

  #wanted(caller: Caller): readonly { readonly key: string; readonly limit: number; readonly name: string }[] {
    const all = { key: 'all', limit: this.limits.calls, name: 'calls' };
    if (caller.kind === 'trunk') return [all];
    return [
      all,
      { key: `tenant ${caller.tenant}`, limit: this.limits.callsPerTenant, name: 'callsPerTenant' },
      { key: `user ${caller.user}`, limit: this.limits.callsPerUser, name: 'callsPerUser' },
    ];
  }
}
