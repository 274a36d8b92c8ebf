import assert from 'node:assert/strict';
import type { CallRecord } from '../../../src/call/record.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const record: CallRecord = {
  call: 'call-1',
  tenant: undefined,
  direction: 'inbound',
  caller: '+31612345678',
  callerUser: undefined,
  dialled: '+31851234567',
  startedAt: 1_000,
  ringingAt: 1_100,
  attendedAt: undefined,
  answeredBy: 'party',
  chain: [],
  answeredAt: 4_000,
  endedAt: 64_000,
  outcome: 'answered',
  endedBy: 'caller',
  fault: undefined,
  status: 200,
  legs: [],
  media: undefined,
};

describe('metrics', () => {
  const valueOf = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const print = async (metrics: ReturnType<typeof createMetrics>): Promise<string> => (await metrics.print()).body;

  it('counts calls by direction, outcome and blame', async () => {
    const metrics = createMetrics();
    metrics.callStarted('inbound');
    metrics.callEnded(record);
    metrics.callEnded({ ...record, answeredAt: undefined, outcome: 'busy', fault: 'CALLEE_BUSY' });
    const text = await print(metrics);
    assert.equal(valueOf(text, 'qaller_calls_started_total{direction="inbound"}'), 1);
    assert.equal(valueOf(text, 'qaller_calls_ended_total{direction="inbound",outcome="answered",blame="none"}'), 1);
    assert.equal(valueOf(text, 'qaller_calls_ended_total{direction="inbound",outcome="busy",blame="callee"}'), 1);
    assert.equal(valueOf(text, 'qaller_call_setup_seconds_sum{direction="inbound"}'), 3);
    assert.equal(valueOf(text, 'qaller_call_setup_seconds_count{direction="inbound"}'), 1);
    assert.equal(valueOf(text, 'qaller_call_talking_seconds_sum{direction="inbound"}'), 60);
  });

  it('tells half a millisecond from a whole one', async () => {
    const metrics = createMetrics();
    metrics.inviteForwarded(0.0004);
    metrics.inviteForwarded(0.0009);
    const text = await print(metrics);
    assert.equal(valueOf(text, 'qaller_invite_forwarding_seconds_bucket{le="0.0005"}'), 1);
    assert.equal(valueOf(text, 'qaller_invite_forwarding_seconds_bucket{le="0.001"}'), 2);
  });

  it('counts registrations and lost records', async () => {
    const metrics = createMetrics();
    metrics.registration('challenged');
    metrics.registration('accepted');
    metrics.registration('accepted');
    metrics.recordFailed();
    const text = await print(metrics);
    assert.equal(valueOf(text, 'qaller_registrations_total{result="accepted"}'), 2);
    assert.equal(valueOf(text, 'qaller_registrations_total{result="challenged"}'), 1);
    assert.equal(valueOf(text, 'qaller_call_record_failures_total'), 1);
  });

  it('asks what lives at each scrape', async () => {
    const metrics = createMetrics();
    let calls = 3;
    metrics.watch({
      calls: () => calls,
      legs: () => 6,
      bindings: () => Promise.resolve(40),
      media: () => ({ endpoints: 6, portsUsed: 12, portsFree: 88 }),
    });
    assert.equal(valueOf(await print(metrics), 'qaller_calls_live'), 3);
    calls = 2;
    const text = await print(metrics);
    assert.deepEqual(
      ['calls_live', 'legs_live', 'bindings', 'media_endpoints', 'media_ports_used', 'media_ports_free'].map((name) =>
        valueOf(text, `qaller_${name}`),
      ),
      [2, 6, 40, 6, 12, 88],
    );
  });

  it("shows the engine's numbers under its own names, nested ones too", async () => {
    const metrics = createMetrics();
    metrics.watch({ engine: () => ({ transactions: { clientInvite: 2 }, messagesSent: 9, version: 'text' }) });
    const text = await print(metrics);
    assert.equal(valueOf(text, 'qaller_engine_transactions_client_invite'), 2);
    assert.equal(valueOf(text, 'qaller_engine_messages_sent'), 9);
    assert.doesNotMatch(text, /version 'text'|qaller_engine_version/);
  });

  it('survives a source that fails', async () => {
    const metrics = createMetrics();
    metrics.watch({
      calls: () => 1,
      bindings: () => Promise.reject(new Error('the store is gone')),
      engine: () => {
        throw new Error('the engine is gone');
      },
    });
    assert.equal(valueOf(await print(metrics), 'qaller_calls_live'), 1);
  });

  it('shows the lag of the event loop', async () => {
    assert.match(await print(createMetrics()), /^qaller_nodejs_eventloop_lag_p99_seconds /m);
  });

  it('names no number of anybody', async () => {
    const metrics = createMetrics();
    metrics.callEnded(record);
    assert.doesNotMatch(await print(metrics), /612345678|851234567/);
  });

  it('counts apart from another exchange in the same process', async () => {
    const one = createMetrics();
    const other = createMetrics();
    one.callStarted('outbound');
    assert.equal(valueOf(await print(other), 'qaller_calls_started_total{direction="outbound"}'), undefined);
  });

  it('has no name without the prefix', async () => {
    const names = (await print(createMetrics())).match(/^# TYPE (\S+)/gm) ?? [];
    assert.deepEqual(
      names.filter((line) => !line.startsWith('# TYPE qaller_')),
      [],
    );
  });
});
