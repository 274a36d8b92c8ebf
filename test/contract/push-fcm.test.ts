import assert from 'node:assert/strict';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { systemClock } from '../../src/kernel/system-clock.ts';
import { answer } from '../support/push/act.ts';
import { fcmError, fcmStage, type FcmStage, googleKey, granted } from '../support/push/fcm-stage.ts';
import { type Ground, ground } from '../support/push/own-stage.ts';
import { push } from './push-service.ts';

const accept = answer(200, '{"name":"projects/qaller-example/messages/1"}');
const unauthenticated = fcmError(401, 'UNAUTHENTICATED');

describe('pushes to FCM', () => {
  let field: Ground;
  let stage: FcmStage;
  before(() => {
    field = ground();
  });
  after(() => field.remove());
  afterEach(() => stage.close());

  const wake = (withinMs = 2_000) => stage.service.wake({ target: stage.target, ...push('call', withinMs) });

  it('are data messages: urgent, now or never, one per call', async () => {
    const settings = field.settings(accept);
    stage = await fcmStage(settings);
    assert.deepEqual(await wake(), { outcome: 'accepted', id: 'projects/qaller-example/messages/1' });
    const [{ method, path, headers, body } = assert.fail()] = settings.script.arrived;
    assert.deepEqual([method, path], ['POST', '/v1/projects/qaller-example/messages:send']);
    assert.equal(headers['authorization'], 'Bearer ya29.first');
    assert.equal(headers['content-type'], 'application/json');
    const { message } = JSON.parse(body.toString('utf8'));
    assert.deepEqual(Object.keys(message).sort(), ['android', 'data', 'token']);
    assert.equal(message.token, stage.target.token);
    assert.deepEqual(Object.keys(message.data).sort(), ['call', 'deadline', 'display', 'kind']);
    assert.ok(Object.values(message.data).every((value) => typeof value === 'string'));
    const { collapse_key, ...android } = message.android;
    assert.deepEqual(android, { priority: 'HIGH', ttl: '0s' });
    assert.match(collapse_key, /^[\w-]{32}$/);
  });

  it('ask once for an access token, by a token signed with the key of the service account', async () => {
    const settings = field.settings(accept);
    stage = await fcmStage(settings);
    await Promise.all([wake(), wake(), wake()]);
    await wake();
    assert.equal(stage.tokens.arrived.length, 1);
    const [{ headers, body } = assert.fail()] = stage.tokens.arrived;
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    const form = new URLSearchParams(body.toString('utf8'));
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = form.get('assertion') ?? '';
    assert.deepEqual(decodeProtectedHeader(assertion), { alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    const { payload } = await jwtVerify(assertion, googleKey.publicKey, {
      issuer: 'push@qaller-example.iam.gserviceaccount.com',
      audience: stage.tokenUrl,
    });
    assert.equal(payload['scope'], 'https://www.googleapis.com/auth/firebase.messaging');
    assert.equal(payload.exp! - payload.iat!, 3600);
  });

  it('ask for another a minute before the first ends', async () => {
    let ahead = 0;
    const clock = { now: () => systemClock.now() + ahead, after: systemClock.after };
    stage = await fcmStage(field.settings(accept, { clock }));
    stage.tokens.first(granted('ya29.a', 600), granted('ya29.b', 600));
    await wake();
    ahead = 530_000;
    await wake(600_000);
    assert.equal(stage.tokens.arrived.length, 1);
    ahead = 545_000;
    await wake(600_000);
    assert.equal(stage.tokens.arrived.length, 2);
  });

  it('try one other access token when theirs is refused', async () => {
    const settings = field.settings(accept);
    stage = await fcmStage(settings);
    stage.tokens.first(granted('ya29.a'), granted('ya29.b'));
    settings.script.first(unauthenticated);
    assert.equal((await wake()).outcome, 'accepted');
    assert.deepEqual(
      settings.script.arrived.map(({ headers }) => headers['authorization']),
      ['Bearer ya29.a', 'Bearer ya29.b'],
    );
  });

  it('raise an alarm when the other is refused too', async () => {
    const settings = field.settings(unauthenticated);
    stage = await fcmStage(settings);
    const outcome = await wake();
    assert.equal(outcome.outcome === 'alarm' && outcome.about, 'credentials');
    assert.deepEqual([settings.script.arrived.length, stage.tokens.arrived.length], [2, 2]);
  });

  it('raise an alarm when the service account is not known', async () => {
    const settings = field.settings(accept);
    stage = await fcmStage(settings);
    stage.tokens.first(answer(400, '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}'));
    assert.deepEqual(await wake(), {
      outcome: 'alarm',
      about: 'credentials',
      reason: 'no access token: 400 invalid_grant',
    });
    assert.equal(settings.script.arrived.length, 0);
  });

  for (const [what, act] of Object.entries({
    'is ill': answer(503, 'try later'),
    'answers what is no JSON': answer(200, '<html>'),
    'gives a token that would break a header': granted('a\r\nx: y'),
    'hangs up': { does: 'reset' },
  } as const)) {
    it(`ask again for an access token when who gives them ${what}`, async () => {
      stage = await fcmStage(field.settings(accept));
      stage.tokens.first(act);
      assert.equal((await wake()).outcome, 'accepted');
      assert.equal(stage.tokens.arrived.length, 2);
    });
  }

  it('give up by the deadline when no access token comes, and the next one still may', async () => {
    stage = await fcmStage(field.settings(accept, { attemptMs: 60 }));
    stage.tokens.first({ does: 'answer', status: 200, body: '{"access_token":"late","expires_in":60}', afterMs: 150 });
    assert.equal((await wake(100)).outcome, 'too-late');
    assert.equal((await wake()).outcome, 'accepted');
  });

  it('are sent again when somebody else answered for Google', async () => {
    const settings = field.settings(accept);
    stage = await fcmStage(settings);
    settings.script.first(answer(200, '<html>welcome to our wireless network</html>'));
    assert.equal((await wake()).outcome, 'accepted');
    assert.equal(settings.script.arrived.length, 2);
  });
});
