import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../call/record.ts';
import { catalogue } from '../faults/catalogue.ts';
import { LiveGauges } from './live-gauges.ts';
import type { Metrics } from './port.ts';

/** The metrics as Prometheus reads them. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

export interface MetricsRegistry extends Metrics {
  print(): Promise<Exposition>;
}

/** Metrics in a registry of their own, so that two exchanges in one process, as in a test, do not count together. */
export function createMetrics(): MetricsRegistry {
  const registry = new Registry();
  const counts = callCounts(registry);
  const live = new LiveGauges(registry);
  const registrations = new Counter({
    name: 'qaller_registrations_total',
    help: 'REGISTER requests, by how they ended.',
    labelNames: ['result'],
    registers: [registry],
  });
  const recordFailures = new Counter({
    name: 'qaller_call_record_failures_total',
    help: 'Calls whose record could not be written.',
    registers: [registry],
  });
  // Among them qaller_nodejs_eventloop_lag_p99_seconds: the first to rise when the program has too much to do.
  collectDefaultMetrics({ register: registry, prefix: 'qaller_' });

  return {
    ...counts,
    registration: (result) => registrations.inc({ result }),
    recordFailed: () => recordFailures.inc(),
    watch: (sources) => live.watch(sources),
    print: async () => {
      await live.refresh();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function callCounts(registry: Registry): Pick<Metrics, 'callStarted' | 'callEnded' | 'inviteForwarded'> {
  const registers = [registry];
  const started = new Counter({
    name: 'qaller_calls_started_total',
    help: 'Calls that were let in, by direction.',
    labelNames: ['direction'],
    registers,
  });
  const ended = new Counter({
    name: 'qaller_calls_ended_total',
    help: 'Calls that are over, by direction, outcome and whose doing a failure was (none: there was no failure).',
    labelNames: ['direction', 'outcome', 'blame'],
    registers,
  });
  const forwarding = new Histogram({
    name: 'qaller_invite_forwarding_seconds',
    help: 'From the arrival of an INVITE until the INVITE to the first called party.',
    buckets: [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1],
    registers,
  });
  const setup = new Histogram({
    name: 'qaller_call_setup_seconds',
    help: 'From the start of a call until it was answered.',
    labelNames: ['direction'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120],
    registers,
  });
  const talking = new Histogram({
    name: 'qaller_call_talking_seconds',
    help: 'From the answer until the end of a call.',
    labelNames: ['direction'],
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200],
    registers,
  });

  return {
    callStarted: (direction) => started.inc({ direction }),
    callEnded: ({ direction, outcome, fault, startedAt, answeredAt, endedAt }: CallRecord) => {
      ended.inc({ direction, outcome, blame: fault === undefined ? 'none' : catalogue[fault].blame });
      if (answeredAt === undefined) return;
      setup.observe({ direction }, (answeredAt - startedAt) / 1_000);
      talking.observe({ direction }, (endedAt - answeredAt) / 1_000);
    },
    inviteForwarded: (seconds) => forwarding.observe(seconds),
  };
}
