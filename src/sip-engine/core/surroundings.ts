import type { Clock } from '../../kernel/clock.ts';
import type { SessionTimerSettings } from '../dialog/session-timer.ts';
import type { EngineTimers } from '../options.ts';
import type { Counters } from '../stats.ts';
import type { Transactions } from '../transaction/transactions.ts';
import type { Flow } from '../transport/flow.ts';
import type { OwnAddresses } from '../transport/local-address.ts';
import type { Target } from '../transport/target.ts';
import type { FoundWay } from '../transport/found-way.ts';
import type { Admission } from './admission.ts';
import type { Applications } from './applications.ts';
import type { CallRecords } from './call-records.ts';
import type { Identifiers } from './identifiers.ts';
import type { InboundRequest, InboundResponse } from './inbound.ts';
import type { LiveDialogs } from './live-dialog.ts';
import type { RegisteredFlows } from './registered-flows.ts';

export type { FoundWay, NoWay, OtherPlaces } from '../transport/found-way.ts';

/** Ways to peers: found at once where nothing has to be looked up or connected first. */
export interface Ways {
  /** Calls back in the same turn where it can; with a reason when there is no way. `size`: bytes of the request. */
  find(target: Target, size: number, found: FoundWay): void;
  /** A flow on paper to a peer that cannot be reached: which address of ours its request would have borne. */
  unreached(target: Target): Flow | undefined;
  /** Requests to the host and port in Via may go over that flow from now on, if its peer has proved to be it. */
  alias(inbound: InboundRequest): void;
  /** The way back of a response whose connection is gone, or whose request names another with `maddr` (RFC 3261 §18.2.2). */
  back(inbound: InboundRequest): Flow;
}

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', text: string, fields?: Record<string, unknown>) => void;

/** What every part of the core works with. */
export interface Surroundings {
  readonly clock: Clock;
  readonly ids: Identifiers;
  readonly timers: EngineTimers;
  readonly sessionTimers: SessionTimerSettings;
  readonly counters: Counters;
  readonly transactions: Transactions<InboundResponse, InboundRequest>;
  readonly dialogs: LiveDialogs;
  readonly registered: RegisteredFlows;
  readonly own: OwnAddresses;
  readonly ways: Ways;
  readonly applications: Applications;
  readonly admission: Admission;
  readonly records: CallRecords;
  readonly log: Log;
}

/** A timer outside the transactions, counted with theirs. */
export function after(
  { clock, counters }: Pick<Surroundings, 'clock' | 'counters'>,
  milliseconds: number,
  run: () => void,
): { cancel(): void } {
  counters.timers++;
  let live = true;
  const timer = clock.after(milliseconds, () => {
    live = false;
    counters.timers--;
    run();
  });
  return {
    cancel: () => {
      if (!live) return;
      live = false;
      counters.timers--;
      timer.cancel();
    },
  };
}
