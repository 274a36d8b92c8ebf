import type { CallEvent } from '../call/event.ts';
import type { CallId } from '../call/party.ts';
import type { CallRecord } from '../call/record.ts';
import type { CallState } from '../call/state.ts';
import type { Fault } from '../faults/fault.ts';
import type { RecordStore } from '../store/port.ts';
import type { CallObserver } from '../switchboard/live-call.ts';
import type { Log, Metrics } from '../telemetry/port.ts';

/** Writes down what calls do: log, metrics, and the record that remains. */
export class CallJournal implements CallObserver {
  readonly #writing = new Set<Promise<void>>();

  constructor(
    private readonly records: RecordStore,
    private readonly log: Log,
    private readonly metrics: Metrics,
    /** Lets a caller of the program keep the ladder of a call that ended. */
    private readonly onEnded: (record: CallRecord, events: readonly CallEvent[]) => void,
  ) {}

  moved(call: CallId, event: CallEvent, from: CallState, to: CallState): void {
    this.log.info({ call, phase: from.phase, event: event.type, next: to.phase, ...detail(event) }, 'call');
    if (event.type !== 'routed') return;
    if (event.turn === 1) this.metrics.callStarted(event.move.direction);
    for (const note of event.move.notes)
      this.log.warn({ call, tenant: event.move.tenant, note }, 'a route could not be followed');
  }

  invited(_call: CallId, milliseconds: number): void {
    this.metrics.inviteForwarded(milliseconds / 1000);
  }

  fault(call: CallId, fault: Fault): void {
    const fields = { call, fault: fault.code, blame: fault.blame, detail: fault.message };
    if (fault.blame === 'us') this.log.error(fields, 'call fault');
    else this.log.info(fields, 'call fault');
  }

  ended(call: CallId, record: CallRecord, events: readonly CallEvent[]): void {
    this.metrics.callEnded(record);
    this.#tellCarriers(call, record);
    const writing = this.records.save(record).catch((thrown: unknown) => {
      // The line holds the whole record, so that it can still be written by hand.
      this.metrics.recordFailed();
      this.log.error(
        { call, record, detail: thrown instanceof Error ? thrown.message : String(thrown) },
        'call record could not be written',
      );
    });
    this.#writing.add(writing);
    void writing.then(() => {
      this.#writing.delete(writing);
      this.onEnded(record, events);
    });
  }

  /** One line with what each carrier said, for the operator who is asked why a call failed. */
  #tellCarriers(call: CallId, { fault, legs }: CallRecord): void {
    if (fault !== 'TRUNK_FAILED') return;
    const carriers = legs.flatMap(({ target, outcome, status }) =>
      target.kind === 'trunk' ? [{ trunk: target.trunk, outcome, status: status ?? 'no answer' }] : [],
    );
    this.log.warn({ call, fault, carriers }, 'no carrier took the call: ask it, or look at host, port and firewall');
  }

  /** Resolves when every record is written or reported. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }
}

function detail(event: CallEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'offered':
      return {
        caller: event.caller.kind === 'device' ? event.caller.device : event.caller.trunk,
        dialled: event.dialled,
      };
    case 'ringing':
    case 'refused':
      return { leg: event.leg, status: event.status };
    case 'invited':
    case 'answered':
      return { leg: event.leg };
    case 'hung-up':
      return { leg: event.leg, why: event.why };
    case 'routed':
      return { step: event.move.step.do };
    case 'not-connected':
      return { leg: event.leg, fault: event.fault };
    case 'unroutable':
    case 'media-failed':
    case 'stopped':
      return { fault: event.fault };
    case 'media-silent':
      return { side: event.side };
    case 'timer':
      return { timer: event.timer };
    default:
      return {};
  }
}
