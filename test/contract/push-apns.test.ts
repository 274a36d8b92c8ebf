import assert from 'node:assert/strict';
import { jwtVerify } from 'jose';
import type { Clock } from '../../src/kernel/clock.ts';
import { systemClock } from '../../src/kernel/system-clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { answer, type Arrived } from '../support/push/act.ts';
import { appleKey, apnsStage, type ApnsStage, deviceToken, says } from '../support/push/apns-stage.ts';
import { type Ground, ground } from '../support/push/own-stage.ts';
import { Path } from '../support/push/path.ts';
import { push } from './push-service.ts';

const minute = 60_000;
const accept = answer(200);

/** The machine's clock, that can be set forward. */
function movableClock(): Clock & { move(ms: number): void } {
  let ahead = 0;
  return { now: () => systemClock.now() + ahead, after: systemClock.after, move: (ms) => void (ahead += ms) };
}

describe('pushes to APNs', () => {
  let field: Ground;
  let stage: ApnsStage;
  before(() => {
    field = ground();
  });
  after(() => field.remove());
  afterEach(() => stage.close());

  const wake = (deadline = Date.now() + 2_000, call = 'a1b2c3') => {
    const { kind, payload } = push();
    return stage.service.wake({ target: stage.target, kind, payload: { ...payload, call, deadline } });
  };
  const tokenOf = ({ headers }: Arrived): string => String(headers['authorization']).replace(/^bearer /, '');

  it('are VoIP pushes: now or never, urgent, one per call, named', async () => {
    const settings = field.settings(accept);
    stage = await apnsStage(settings, { newId: () => '123e4567-e89b-42d3-a456-426655440000' });
    const outcome = await wake();
    assert.deepEqual(outcome, { outcome: 'accepted', id: '123e4567-e89b-42d3-a456-426655440000' });
    const [{ method, path, headers } = assert.fail()] = settings.script.arrived;
    assert.deepEqual([method, path], ['POST', `/3/device/${deviceToken}`]);
    assert.equal(headers['apns-topic'], 'com.example.qaller.voip');
    assert.equal(headers['apns-push-type'], 'voip');
    assert.equal(headers['apns-priority'], '10');
    assert.equal(headers['apns-expiration'], '0');
    assert.equal(headers['apns-id'], '123e4567-e89b-42d3-a456-426655440000');
    assert.match(String(headers['apns-collapse-id']), /^[\w-]{1,64}$/);
    await wake(undefined, 'z'.repeat(500));
    const collapse = settings.script.arrived.map((arrived) => String(arrived.headers['apns-collapse-id']));
    assert.notEqual(collapse[0], collapse[1]);
    assert.ok(collapse[1]!.length <= 64);
  });

  it('carry a token signed by our key, the same for fifty minutes', async () => {
    const clock = movableClock();
    const settings = field.settings(accept, { clock });
    stage = await apnsStage(settings);
    await wake();
    clock.move(49 * minute);
    await wake(clock.now() + 2_000);
    clock.move(2 * minute);
    await wake(clock.now() + 2_000);
    const [first, second, third] = settings.script.arrived.map(tokenOf);
    assert.equal(first, second);
    assert.notEqual(second, third);
    const { payload, protectedHeader } = await jwtVerify(first!, appleKey.publicKey);
    assert.deepEqual(protectedHeader, { alg: 'ES256', kid: 'ABC123DEFG' });
    assert.deepEqual(Object.keys(payload).sort(), ['iat', 'iss']);
    assert.equal(payload.iss, 'DEF123GHIJ');
    assert.ok(Math.abs(payload.iat! - Date.now() / 1000) < 5);
  });

  it('are sent again at once with a new token, when APNs holds the old one for expired', async () => {
    const clock = movableClock();
    const settings = field.settings(accept, { clock });
    stage = await apnsStage(settings);
    await wake();
    clock.move(25 * minute);
    settings.script.first(says(403, 'ExpiredProviderToken'));
    assert.equal((await wake(clock.now() + 2_000)).outcome, 'accepted');
    const tokens = settings.script.arrived.map(tokenOf);
    assert.equal(tokens[0], tokens[1]);
    assert.notEqual(tokens[1], tokens[2]);
  });

  it('raise an alarm when APNs holds a new token for expired, as it takes no newer one within twenty minutes', async () => {
    const settings = field.settings(says(403, 'ExpiredProviderToken'));
    stage = await apnsStage(settings);
    const outcome = await wake();
    assert.equal(outcome.outcome === 'alarm' && outcome.about, 'credentials');
    assert.equal(settings.script.arrived.length, 1);
  });

  it('keep their token when APNs has had too many', async () => {
    const settings = field.settings(accept);
    settings.script.first(says(429, 'TooManyProviderTokenUpdates'));
    stage = await apnsStage(settings);
    assert.equal((await wake()).outcome, 'accepted');
    const [first, second] = settings.script.arrived.map(tokenOf);
    assert.equal(first, second);
  });

  it('keep their name when they are sent again', async () => {
    const settings = field.settings(accept);
    settings.script.first(says(503, 'ServiceUnavailable'), { does: 'reset' });
    stage = await apnsStage(settings);
    assert.equal((await wake()).outcome, 'accepted');
    assert.equal(settings.script.arrived.length, 3);
    assert.equal(new Set(settings.script.arrived.map(({ headers }) => headers['apns-id'])).size, 1);
  });

  for (const [what, act] of Object.entries({
    'a GOAWAY': { does: 'goaway' },
    'a refused stream': { does: 'reset-stream' },
    'the answer Shutdown': says(503, 'Shutdown'),
    'the answer IdleTimeout': says(400, 'IdleTimeout'),
  } as const)) {
    it(`go by a new connection, at once, after ${what}`, async () => {
      const settings = field.settings(accept, { backoff: { firstMs: 5_000, longestMs: 5_000 } });
      stage = await apnsStage(settings);
      await wake();
      settings.script.first(act);
      assert.equal((await wake()).outcome, 'accepted');
      assert.deepEqual(
        settings.script.arrived.map(({ connection }) => connection),
        [1, 1, 2],
      );
    });
  }

  it('that were under way before a GOAWAY are answered on the connection that goes', async () => {
    const settings = field.settings(accept);
    stage = await apnsStage(settings);
    await wake();
    settings.script.first({ does: 'answer', status: 200, afterMs: 60 }, { does: 'goaway' });
    const outcomes = await Promise.all([wake(), wake()]);
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['accepted', 'accepted'],
    );
    assert.deepEqual(
      settings.script.arrived.map(({ connection }) => connection),
      [1, 1, 1, 2],
    );
  });

  it('give up on a connection that sends everyone away, without hurrying', async () => {
    const settings = field.settings({ does: 'goaway' });
    stage = await apnsStage(settings);
    assert.equal((await wake(Date.now() + 100)).outcome, 'too-late');
    assert.ok(settings.script.arrived.length < 20, String(settings.script.arrived.length));
  });

  it('are no more at once than APNs allows, and more when it allows more', async () => {
    const settings = field.settings({ does: 'answer', status: 200, afterMs: 2 });
    stage = await apnsStage(settings, { streams: 1 });
    await Promise.all(Array.from({ length: 8 }, () => wake()));
    assert.equal(stage.server.mostAtOnce, 1);
    stage.server.allow(5);
    await wake();
    await Promise.all(Array.from({ length: 30 }, () => wake()));
    assert.equal(stage.server.mostAtOnce, 5);
    assert.equal(stage.server.connections, 1);
  });

  it('go by a new connection when a PING of the old one was not answered', async () => {
    const clock = new VirtualClock();
    const settings = field.settings(accept, { clock });
    const path = new Path();
    stage = await apnsStage(settings, { path, pingEveryMs: 1_000, pongMs: 500 });
    await wake(clock.now() + 10_000);
    path.die();
    clock.advance(1_000);
    clock.advance(500);
    assert.equal((await wake(clock.now() + 10_000)).outcome, 'accepted');
    assert.deepEqual(
      settings.script.arrived.map(({ connection }) => connection),
      [1, 2],
    );
  });

  it('go by a new connection when nothing at all is heard on the old one', async () => {
    const settings = field.settings(accept, { attemptMs: 400 });
    const path = new Path();
    stage = await apnsStage(settings, { path });
    await wake();
    path.die();
    assert.equal((await wake()).outcome, 'accepted');
    assert.equal(stage.server.connections, 2);
  });

  it('tell since when the app is gone', async () => {
    stage = await apnsStage(field.settings(says(410, 'Unregistered', { timestamp: 1_893_456_000_000 })));
    const since = 1_893_456_000_000;
    assert.deepEqual(await wake(), { outcome: 'unregistered', since, reason: 'Unregistered' });
  });

  it('are not sent to what is no token: it would become part of a path', async () => {
    const settings = field.settings(accept);
    stage = await apnsStage(settings);
    const outcome = await stage.service.wake({ target: { service: 'apns', token: '../../x' }, ...push() });
    assert.equal(outcome.outcome, 'alarm');
    assert.equal(settings.script.arrived.length, 0);
  });
});
