import assert from 'node:assert/strict';
import { mediaSilent } from '../../../src/call/reason.ts';
import { UasLeg } from '../../../src/signalling/caller-leg.ts';
import type { CallerEvent } from '../../../src/signalling/port.ts';
import { ok } from '../../../src/kernel/result.ts';
import { FakeApplication, FakeDialog } from './fake-application.ts';
import { StubRequest, StubResponder } from './sip-stubs.ts';

describe('the caller’s leg', () => {
  let heard: CallerEvent[];
  let sip: FakeApplication;
  let req: StubRequest;
  let res: StubResponder;
  let leg: UasLeg;

  beforeEach(() => {
    heard = [];
    sip = new FakeApplication();
    req = new StubRequest('INVITE');
    res = new StubResponder();
    leg = new UasLeg(sip.application, req, res, { Server: 'us' }, { warn: () => undefined });
  });

  function listen(): void {
    leg.listen({ on: (event) => heard.push(event), renegotiate: () => Promise.resolve(ok('answer')) });
  }

  async function connected(): Promise<FakeDialog> {
    const accepted = leg.accept('answer');
    const dialog = new FakeDialog();
    sip.uas?.done(null, dialog);
    assert.ok((await accepted).ok);
    return dialog;
  }

  it('is told, accepted, confirmed, and hangs up', async () => {
    listen();
    leg.tell(180);
    const dialog = await connected();
    dialog.ack();
    dialog.bye('gone');
    assert.deepEqual(res.sent, [{ status: 180, headers: { Server: 'us', Contact: '<sip:qaller-pbx@localhost>' } }]);
    assert.deepEqual(sip.uas?.options, {
      localSdp: 'answer',
      headers: { Server: 'us', 'Content-Type': 'application/sdp' },
    });
    assert.deepEqual(heard, [{ type: 'confirmed' }, { type: 'hung-up', why: 'gone' }]);
  });

  for (const [via, uri, contact] of [
    ['SIP/2.0/UDP 192.0.2.7', 'sip:202@us', '<sip:qaller-pbx@localhost>'],
    ['SIP/2.0/WSS df7jal23ls0d.invalid', 'sip:202@us', '<sip:qaller-pbx@localhost;transport=ws>'],
    ['SIP / 2.0 / ws a.invalid', 'sip:202@us', '<sip:qaller-pbx@localhost;transport=ws>'],
    ['SIP/2.0/WSS a.invalid', 'sips:202@us', '<sips:qaller-pbx@localhost;transport=ws>'],
  ] as const) {
    it(`is told where to find us: by ${via}, who called ${uri}, at ${contact}`, () => {
      const asked = new StubRequest('INVITE', { Via: via }, uri);
      new UasLeg(sip.application, asked, res, {}, { warn: () => undefined }).tell(180);
      assert.equal(res.only.headers['Contact'], contact);
    });
  }

  it('that cancels before anybody listens is heard when somebody does', () => {
    req.cancel();
    assert.deepEqual(heard, []);
    listen();
    assert.deepEqual(heard, [{ type: 'cancelled' }]);
  });

  it('that has cancelled is told, refused and accepted no more', async () => {
    listen();
    req.cancel();
    leg.tell(180);
    leg.refuse(486, '');
    const accepted = await leg.accept('answer');
    assert.ok(!accepted.ok);
    leg.hangUp(undefined);
    assert.deepEqual([res.sent, sip.uas], [[], undefined]);
    assert.deepEqual(heard, [{ type: 'cancelled' }]);
  });

  it('that cancels as it is accepted was not accepted', async () => {
    listen();
    const accepted = leg.accept('answer');
    req.cancel();
    sip.uas?.done(new Error('487'));
    assert.ok(!(await accepted).ok);
    assert.deepEqual(heard, [{ type: 'cancelled' }]);
  });

  it('is hung up when its dialog comes up after it was cancelled', async () => {
    listen();
    const accepted = leg.accept('answer');
    req.cancel();
    const dialog = new FakeDialog();
    sip.uas?.done(null, dialog);
    assert.ok(!(await accepted).ok);
    assert.equal(dialog.byes.length, 1);
    dialog.bye();
    assert.deepEqual(heard, [{ type: 'cancelled' }]);
  });

  it('is hung up although the server says first that it failed, and then that it is up', async () => {
    listen();
    const accepted = leg.accept('answer');
    sip.uas?.done(new Error('send failed'));
    const dialog = new FakeDialog();
    sip.uas?.done(null, dialog);
    assert.ok(!(await accepted).ok);
    assert.equal(dialog.byes.length, 1);
  });

  it('that is connected stays so, whatever of its INVITE comes late', async () => {
    listen();
    const dialog = await connected();
    req.cancel();
    sip.uas?.done(new Error('487'));
    assert.deepEqual(heard, []);
    leg.hangUp(undefined);
    assert.equal(dialog.byes.length, 1);
  });

  it('is hung up once, with the reason, and its own BYE then is no news', async () => {
    listen();
    const dialog = await connected();
    leg.hangUp(mediaSilent);
    leg.hangUp(mediaSilent);
    dialog.bye();
    assert.deepEqual(dialog.byes, [{ Reason: 'Q.850;cause=31;text="No media received"' }]);
    assert.deepEqual(heard, []);
  });

  it('that hung up is not hung up', async () => {
    listen();
    const dialog = await connected();
    dialog.bye();
    dialog.bye();
    leg.hangUp(undefined);
    assert.deepEqual(dialog.byes, []);
    assert.equal(heard.length, 1);
  });

  it('is refused once, with a warning that stays on its line', () => {
    listen();
    leg.refuse(503, 'no "trunk"\r\nX-Evil: 1');
    leg.refuse(486, '');
    leg.tell(180);
    assert.deepEqual(res.only, {
      status: 503,
      headers: { Server: 'us', Warning: '399 qaller-pbx "no \\"trunk\\" X-Evil: 1"' },
    });
    req.cancel();
    assert.deepEqual(heard, []);
  });

  it('cannot be refused while our 200 is on its way', async () => {
    listen();
    const accepted = leg.accept('answer');
    leg.refuse(503, '');
    leg.tell(180);
    assert.deepEqual(res.sent, []);
    sip.uas?.done(null, new FakeDialog());
    assert.ok((await accepted).ok);
  });

  it('gets an answer to a later offer', async () => {
    listen();
    const dialog = await connected();
    const reoffer = new StubResponder();
    dialog.modify(new StubRequest('INVITE', {}, 'sip:us', 'offer'), reoffer);
    await new Promise(setImmediate);
    assert.equal(reoffer.only.status, 200);
  });
});
