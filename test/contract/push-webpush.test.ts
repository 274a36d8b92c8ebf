import assert from 'node:assert/strict';
import { jwtVerify } from 'jose';
import { systemClock } from '../../src/kernel/system-clock.ts';
import { answer, type Arrived } from '../support/push/act.ts';
import { type Ground, ground } from '../support/push/own-stage.ts';
import { applicationKey, webPushStage, type WebPushStage } from '../support/push/webpush-stage.ts';
import { push } from './push-service.ts';

const accept = answer(201, '', { location: 'https://localhost/message/1' });
const hour = 3_600_000;

describe('web pushes', () => {
  let field: Ground;
  let stage: WebPushStage;
  before(() => {
    field = ground();
  });
  after(() => field.remove());
  afterEach(() => stage.close());

  const wake = (withinMs = 2_000) => stage.service.wake({ target: stage.target, ...push('call', withinMs) });
  const vapidOf = ({ headers }: Arrived): string => /t=([^,]+)/.exec(String(headers['authorization']))?.[1] ?? '';

  it('are encrypted, now or never, urgent, one per call', async () => {
    const settings = field.settings(accept);
    stage = await webPushStage(settings);
    assert.deepEqual(await wake(), { outcome: 'accepted', id: 'https://localhost/message/1' });
    const [{ method, path, headers, body } = assert.fail()] = settings.script.arrived;
    assert.deepEqual([method, path], ['POST', '/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV']);
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.equal(headers['ttl'], '0');
    assert.equal(headers['urgency'], 'high');
    assert.match(String(headers['topic']), /^[\w-]{1,32}$/);
    assert.ok(body.length <= 4096);
    assert.ok(!body.includes('0612345678'));
  });

  it('are never encrypted twice with the same key', async () => {
    const settings = field.settings(accept);
    stage = await webPushStage(settings);
    settings.script.first(answer(503));
    await wake();
    const [first, second] = settings.script.arrived.map(({ body }) => body.subarray(0, 86).toString('hex'));
    assert.notEqual(first, second);
  });

  it('say who sends them, by a token signed with the key that browsers subscribe to, kept for hours', async () => {
    let ahead = 0;
    const clock = { now: () => systemClock.now() + ahead, after: systemClock.after };
    const settings = field.settings(accept, { clock });
    stage = await webPushStage(settings);
    await wake();
    ahead = 10 * hour;
    await wake(11 * hour);
    ahead = 11.5 * hour;
    await wake(12 * hour);
    const [first, second, third] = settings.script.arrived.map(vapidOf);
    assert.equal(first, second);
    assert.notEqual(second, third);
    const audience = stage.origin;
    const { payload, protectedHeader } = await jwtVerify(first!, applicationKey.publicKey, { audience });
    assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'JWT' });
    assert.equal(payload.sub, 'mailto:beheer@example.com');
    assert.ok(payload.exp! - Date.now() / 1000 <= 24 * 3600);
    const { x = '', y = '' } = applicationKey.publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    const [, shown] = /k=(.+)$/.exec(String(settings.script.arrived[0]!.headers['authorization'])) ?? [];
    assert.equal(shown, point.toString('base64url'));
  });

  for (const [what, changed] of Object.entries({
    'a machine that is no push service': { endpoint: 'https://127.0.0.1:1/x' },
    'one that is not asked by TLS': { endpoint: 'http://localhost/x' },
    'one whose key is no point of the curve': { p256dh: Buffer.alloc(65, 4).toString('base64url') },
    'one without a secret': { auth: '' },
  })) {
    it(`are not sent to ${what}`, async () => {
      const settings = field.settings(accept);
      stage = await webPushStage(settings);
      const outcome = await stage.service.wake({ target: { ...stage.target, ...changed }, ...push() });
      assert.equal(outcome.outcome === 'alarm' && outcome.about, 'token');
      assert.equal(settings.script.arrived.length, 0);
    });
  }

  it('that are too long are not sent', async () => {
    const settings = field.settings(accept);
    stage = await webPushStage(settings);
    const { payload } = push('call', 2_000, { kind: 'shown', prefix: 'x'.repeat(5_000), number: '101' });
    assert.equal((await stage.service.wake({ target: stage.target, kind: 'call', payload })).outcome, 'refused');
    assert.equal(settings.script.arrived.length, 0);
  });
});
