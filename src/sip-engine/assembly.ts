import { readFileSync } from 'node:fs';
import type { Clock } from '../kernel/clock.ts';
import { systemClock } from '../kernel/system-clock.ts';
import { ControlServer } from './control/server.ts';
import { Admission } from './core/admission.ts';
import { CallRecords } from './core/call-records.ts';
import { randomIdentifiers } from './core/identifiers.ts';
import type { InboundRequest, InboundResponse } from './core/inbound.ts';
import { LiveDialogs } from './core/live-dialog.ts';
import { RegisteredFlows } from './core/registered-flows.ts';
import type { Log, Surroundings } from './core/surroundings.ts';
import { UserAgent } from './core/user-agent.ts';
import { type ControlAddress, type EngineSettings, type ListenAddress, messageLimits } from './options.ts';
import { type Load, OverloadController } from './overload/controller.ts';
import { LoadMeter } from './overload/load-meter.ts';
import { type EngineStats, newCounters } from './stats.ts';
import { Transactions } from './transaction/transactions.ts';
import { Transports } from './transport/transports.ts';

/** A whole engine in this thread. */
export interface Assembly {
  /** With the ports that were free. */
  readonly control: readonly ControlAddress[];
  readonly listening: readonly ListenAddress[];
  stats(): EngineStats;
  /** Reads certificates anew. What cannot be used is logged, and the old one stays. */
  reload(): void;
  /** In this order: no new messages from peers, then none from applications. */
  close(): Promise<void>;
}

/** Wires the pure parts to sockets, a clock and chance. Rejects when a socket cannot be bound. */
export async function assemble(settings: EngineSettings, log: Log): Promise<Assembly> {
  const ids = randomIdentifiers(settings.secret);
  const counters = newCounters();
  const dialogs = new LiveDialogs();
  // One message that meets a bug of ours must not end every other call.
  const guarded = (handle: () => void): void => {
    try {
      handle();
    } catch (error) {
      counters.dropped++;
      log('error', 'a message could not be handled: report this as a bug', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  };
  // A timer that meets one must not end them either.
  const clock: Clock = {
    now: () => systemClock.now(),
    after: (milliseconds, run) =>
      systemClock.after(milliseconds, () => {
        guarded(run);
      }),
  };
  const transactions = new Transactions<InboundResponse, InboundRequest>(clock, settings.timers, counters);
  // Sockets can only hear something in a later turn, when everything is there.
  const late: { agent?: UserAgent } = {};
  const transports = await Transports.open(settings, counters, () => clock.now(), {
    message: (bytes, flow) => guarded(() => late.agent?.fromNetwork(bytes, flow)),
    fault: (malformed, flow) => guarded(() => late.agent?.malformed(malformed, flow)),
    log,
  });
  const control = new ControlServer(
    {
      secret: settings.secret,
      backlogBytes: settings.limits.applicationBacklogBytes,
      stalledMs: settings.limits.stalledConnectionMs,
      log,
      now: () => clock.now(),
      uuid: () => ids.uuid(),
      authenticated: () => hostPorts(transports),
      sip: (connection, frame, answer) => guarded(() => late.agent?.fromApplication(connection, frame, answer)),
      proxy: (connection, order, tell) => guarded(() => late.agent?.proxy(connection, order, tell)),
      gone: (application) => guarded(() => late.agent?.applicationGone(application)),
    },
    settings.requestHandlers,
  );
  const controller = new OverloadController(settings.overload);
  const admission = new Admission({
    controller,
    counters,
    salt: ids.tag(),
    retryAfter: settings.overload.retryAfter,
    now: () => clock.now(),
    chance: () => ids.sequence(),
  });
  const around: Surroundings = {
    clock,
    ids,
    timers: settings.timers,
    sessionTimers: settings.sessionTimers,
    counters,
    transactions,
    dialogs,
    registered: new RegisteredFlows(),
    own: transports.own,
    ways: {
      find: (target, size, found) => {
        transports.find(target, size, (way, others) => guarded(() => found(way, others)));
      },
      unreached: (target) => transports.unreached(target),
      alias: ({ via, flow }) => {
        transports.alias(via, flow);
      },
      back: ({ via, flow }) => transports.back(via, flow),
    },
    applications: control,
    admission,
    records: new CallRecords(settings.cdrs, dialogs, (event) => control.choose(event)),
    log,
  };
  late.agent = new UserAgent(around, messageLimits(settings.limits));
  const controlled = await control.listen(settings.control).catch(async (error: unknown) => {
    await transports.close();
    throw error;
  });
  const meter = new LoadMeter(
    () => ({ backlog: control.backlog, pending: admission.pending }),
    (load, now) => {
      const before = controller.share;
      controller.sample(load, now);
      tellOverload(before, controller.share, load, log);
    },
  );
  return {
    control: controlled,
    listening: transports.listening,
    stats: () => ({
      ...counters,
      limitedBy: { ...counters.limitedBy },
      overload: { ...counters.overload, share: controller.share, pending: admission.pending },
      transactions: transactions.counts,
      dialogs: dialogs.size,
      connections: transports.connections,
      applications: control.applications,
      routed: control.wanted(),
      cpuMs: threadCpuMs(),
    }),
    reload: () => {
      transports.reloadCertificates();
      control.reload();
    },
    close: async () => {
      meter.stop();
      await transports.close();
      await control.close();
    },
  };
}

function tellOverload(before: number, after: number, load: Load, log: Log): void {
  if (before === 1 && after < 1) {
    log('warn', 'overloaded: a part of new calls is refused with 503; this machine has more to do than it can', {
      load,
    });
  } else if (before < 1 && after === 1) log('info', 'no longer overloaded: every call gets in again');
}

function hostPorts(transports: Transports): { external: ListenAddress[]; local: ListenAddress[] } {
  const local = transports.listening;
  return { external: local.map((listener) => ({ ...listener, address: transports.own.outerName(listener) })), local };
}

/** Linux tells the time of one thread, in nanoseconds; elsewhere it is 0. */
function threadCpuMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
