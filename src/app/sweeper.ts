import { Fault } from '../faults/fault.ts';
import type { Clock, Instant, Timer } from '../kernel/clock.ts';
import type { Store } from '../store/port.ts';
import type { VoicemailStore } from '../store/settings.ts';
import type { Log } from '../telemetry/port.ts';

/** What ends by itself is off for every call at its time; the sweep writes it down, for the audit trail and the app. */
const diversionsEveryMs = 1_000;
/** What is over is not seen any more; this is about space. */
const restEveryMs = 60_000;
/** A verification tells how often codes were told lately, also when it is over. */
const verificationsKeptMs = 86_400_000;
const messagesAtATime = 200;

interface Sweeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Removes the sound of a message; harmless when it is gone already. */
  readonly removeVoicemail: (file: string) => Promise<void>;
}

/** Clears away, by the clock, what was good for a time only. A sweep that fails says so, and the next one tries again. */
export function startSweeper({ store, clock, log, removeVoicemail }: Sweeps): Timer {
  const { bindings, settings, accounts } = store;
  const forget = (what: string, sweep: (now: Instant) => Promise<number>): Timer =>
    repeatedly(clock, restEveryMs, async (now) => {
      const gone = await reported(log, what, sweep(now));
      if (gone !== undefined && gone > 0) log.info({ gone }, `${what} expired`);
    });
  const timers = [
    forget('bindings', (now) => bindings.sweep(now)),
    forget('sessions', (now) => accounts.sweepSessions(now)),
    forget('verifications', (now) => accounts.sweepVerifications(now - verificationsKeptMs)),
    forget('messages of removed users', () => sweepOwnerless(store.voicemail, removeVoicemail, log)),
    repeatedly(clock, diversionsEveryMs, async (now) => {
      const over = (await reported(log, 'diversions', settings.sweepDiversions(now))) ?? [];
      over.forEach(({ id, plan, name }) => {
        log.info({ diversion: id, plan, name }, 'diversion went off: its time was over');
      });
    }),
  ];
  return {
    cancel: () => {
      timers.forEach((timer) => {
        timer.cancel();
      });
    },
  };
}

/** The file before its record: what cannot be removed now is found again by the next sweep. */
async function sweepOwnerless(
  messages: VoicemailStore,
  removeFile: (file: string) => Promise<void>,
  log: Log,
): Promise<number> {
  let gone = 0;
  for (const { id, file } of await messages.ownerless(messagesAtATime)) {
    const removed = removeFile(file).then(() => messages.remove(id));
    if ((await reported(log, `message ${id}`, removed)) === true) gone += 1;
  }
  return gone;
}

function reported<Value>(log: Log, what: string, sweep: Promise<Value>): Promise<Value | undefined> {
  return sweep.catch((thrown: unknown) => {
    log.error({ detail: Fault.from(thrown).message }, `${what} could not be swept`);
    return undefined;
  });
}

/** Runs it now and again; never twice at a time. */
function repeatedly(clock: Clock, everyMs: number, run: (now: Instant) => Promise<void>): Timer {
  let cancelled = false;
  let timer = clock.after(everyMs, next);
  function next(): void {
    void run(clock.now()).then(() => {
      if (!cancelled) timer = clock.after(everyMs, next);
    });
  }
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}
