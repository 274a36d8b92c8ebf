import assert from 'node:assert/strict';
import { TestExchange } from '../support/exchange.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

describe('what an operator sees', function () {
  this.timeout(20_000);
  const lines: Record<string, unknown>[] = [];
  let test: TestExchange;

  before(async () => {
    const log = createLogger(
      { level: 'info', pretty: false },
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    test = await TestExchange.start({ QALLER_MEDIA__SILENCE_SECONDS: '1' }, log);
  });
  after(() => test.stop());

  async function get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const { address, port } = test.exchange.http;
    const answer = await fetch(`http://${address}:${String(port)}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  it('health, readiness by part, and metrics that count a call', async () => {
    assert.equal((await get('/healthz')).status, 200);
    const ready = await get('/readyz');
    assert.equal(ready.status, 200);
    for (const part of ['sip', 'media', 'store']) assert.match(ready.text, new RegExp(`"name":"${part}","ok":true`));
    const [joris, sanne] = [await test.registered('202-desk'), await test.registered('201-desk')];
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    const ours = await call.answered();
    assert.match((await get('/metrics')).text, /^qaller_calls_live 1$/m);
    await theirs.hangUp();
    await ours.ended;
    await test.call(1);
    const { text } = await get('/metrics');
    assert.match(text, /^qaller_calls_ended_total\{.*outcome="answered".*\} 1$/m);
    assert.match(text, /^qaller_registrations_total\{result="accepted"\} 2$/m);
    assert.match(text, /^qaller_invite_forwarding_seconds_count 1$/m);
    assert.match(text, /^qaller_bindings 2$/m);
    assert.match(text, /^qaller_engine_requests_received [1-9]/m);
    // In labels alone: a count or a time may well have these digits.
    const labels = [...text.matchAll(/\{[^}]*\}/g)].join('\n');
    assert.doesNotMatch(labels, /\+?31\d{6,}|"20[123]"/, 'a number in a label');
  });

  it('one line per transition of a call, and no secret in any', async () => {
    const [first] = test.ended;
    const told = lines.filter((line) => line['call'] === first?.record.call);
    assert.deepEqual(
      told.map((line) => `${String(line['phase'])} ${String(line['event'])} ${String(line['next'])}`).slice(0, 3),
      ['new offered routing', 'routing routed opening', 'opening media-opened ringing'],
    );
    assert.equal(told.length, first?.events.length);
    const secrets = test.exchange.newAccounts.map(({ password }) => password);
    for (const line of lines) for (const secret of secrets) assert.ok(!JSON.stringify(line).includes(secret));
  });

  it('the end of a call whose media has died, with its reason', async () => {
    const [joris, sanne] = [await test.registered('202-desk'), await test.registered('201-desk')];
    await sanne.register({ expires: 0, contact: '*' });
    await sanne.register();
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    const ours = await call.answered();
    ours.sendTone(440);
    theirs.sendTone(880);
    await ours.hear(880);
    // A phone that speaks no word still sends packets: these two send nothing at all any more.
    ours.audio.close();
    theirs.audio.close();
    const [one, other] = await Promise.all([ours.ended, theirs.ended]);
    for (const { how, reason } of [one, other]) {
      assert.equal(how, 'hung-up');
      assert.equal(reason, 'Q.850;cause=31;text="No media received"');
    }
    const { record } = await test.call(2);
    assert.deepEqual([record.outcome, record.endedBy], ['answered', 'us']);
    assert.ok((record.media?.callee.packetsReceived ?? 0) > 0);
  });
});
