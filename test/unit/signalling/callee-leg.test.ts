import assert from 'node:assert/strict';
import { answeredElsewhere } from '../../../src/call/reason.ts';
import { Fault } from '../../../src/faults/fault.ts';
import { err, ok, type Result } from '../../../src/kernel/result.ts';
import { UacLeg } from '../../../src/signalling/callee-leg.ts';
import { Proof } from '../../../src/signalling/digest/proof.ts';
import type { CalleeEvent } from '../../../src/signalling/port.ts';
import { answer, FakeApplication, FakeDialog, FakeInvite } from './fake-application.ts';
import { StubRequest, StubResponder } from './sip-stubs.ts';

const invite = { uri: 'sip:bobby@192.0.2.7', proxy: 'sip:192.0.2.7', localSdp: 'offer', headers: {}, proof: undefined };
const elsewhere = { Reason: 'SIP;cause=200;text="Call completed elsewhere"' };

describe('the leg to somebody who is rung', () => {
  let heard: CalleeEvent[];
  let warnings: string[];
  let sip: FakeApplication;
  let leg: UacLeg;
  let renegotiated: Result<string, Fault>;

  beforeEach(() => {
    heard = [];
    warnings = [];
    sip = new FakeApplication();
    renegotiated = ok('new answer');
    leg = new UacLeg(
      { on: (event) => heard.push(event), renegotiate: () => Promise.resolve(renegotiated) },
      { warn: (_fields, text) => warnings.push(text) },
    );
  });

  function send(): FakeInvite {
    leg.send(sip.application, invite);
    const sent = new FakeInvite();
    sip.uac?.progress.cbRequest(null, sent);
    return sent;
  }

  function answers(dialog = new FakeDialog()): FakeDialog {
    sip.uac?.done(null, dialog);
    return dialog;
  }

  function refuses(status?: number): void {
    sip.uac?.done(Object.assign(new Error('refused'), status === undefined ? {} : { status }));
  }

  function types(): readonly string[] {
    return heard.map(({ type }) => type);
  }

  it('rings, is answered, and hangs up', () => {
    send();
    sip.uac?.progress.cbProvisional(answer(100));
    sip.uac?.progress.cbProvisional(answer(183));
    answers().bye('gone');
    assert.deepEqual(heard, [
      { type: 'invited' },
      { type: 'ringing', status: 183 },
      { type: 'answered', answer: 'remote' },
      { type: 'hung-up', why: 'gone' },
    ]);
    assert.deepEqual(sip.uac?.options, { localSdp: 'offer', headers: {}, proxy: 'sip:192.0.2.7' });
  });

  it('refuses', () => {
    send();
    refuses(486);
    assert.deepEqual(heard.at(-1), { type: 'refused', status: 486 });
  });

  it('cannot be sent to: 503, whether the server or we say so', () => {
    leg.send(sip.application, invite);
    refuses();
    assert.deepEqual(heard, [{ type: 'refused', status: 503 }]);
  });

  it('has no way to it', () => {
    leg.fail(503);
    leg.send(sip.application, invite);
    assert.deepEqual(heard, [{ type: 'refused', status: 503 }]);
    assert.equal(sip.uac, undefined);
  });

  it('that is cancelled before its INVITE was sent is never rung', () => {
    leg.cancel(undefined);
    leg.send(sip.application, invite);
    assert.equal(sip.uac, undefined);
    assert.deepEqual(heard, [{ type: 'refused', status: 487 }]);
  });

  it('that is cancelled before the server has confirmed the INVITE is cancelled when it does', () => {
    leg.send(sip.application, invite);
    leg.cancel(answeredElsewhere);
    const sent = new FakeInvite();
    sip.uac?.progress.cbRequest(null, sent);
    assert.deepEqual(sent.cancels, [elsewhere]);
    refuses(487);
    assert.deepEqual(types(), ['invited', 'refused']);
  });

  it('that is cancelled twice gets one CANCEL, and rings no more', () => {
    const sent = send();
    leg.cancel(undefined);
    leg.cancel(answeredElsewhere);
    sip.uac?.progress.cbProvisional(answer(180));
    assert.deepEqual(sent.cancels, [{}]);
    assert.deepEqual(types(), ['invited']);
  });

  it('that answers as it is cancelled says so, and can be hung up', () => {
    send();
    leg.cancel(answeredElsewhere);
    const dialog = answers();
    assert.deepEqual(types(), ['invited', 'answered']);
    leg.hangUp(answeredElsewhere);
    assert.deepEqual(dialog.byes, [elsewhere]);
  });

  it('that has answered is hung up by a late cancel', () => {
    const sent = send();
    const dialog = answers();
    leg.cancel(undefined);
    assert.deepEqual([dialog.byes, sent.cancels], [[{}], []]);
  });

  it('ends once: by us twice, or by both at once', () => {
    send();
    const dialog = answers();
    leg.hangUp(undefined);
    leg.hangUp(undefined);
    leg.cancel(undefined);
    dialog.bye();
    dialog.bye();
    assert.equal(dialog.byes.length, 1);
    assert.deepEqual(types(), ['invited', 'answered']);
  });

  it('ends once: by itself, and is not hung up then', () => {
    send();
    const dialog = answers();
    dialog.bye();
    dialog.bye();
    leg.hangUp(undefined);
    assert.deepEqual(dialog.byes, []);
    assert.deepEqual(types(), ['invited', 'answered', 'hung-up']);
  });

  it('cannot be hung up before it answered', () => {
    const sent = send();
    leg.hangUp(undefined);
    refuses(480);
    leg.cancel(undefined);
    assert.deepEqual(sent.cancels, []);
    assert.deepEqual(types(), ['invited', 'refused']);
  });

  it('gets our answer to a later offer, our description to a mere refresh, and a refusal that we log', async () => {
    send();
    const dialog = answers();
    const statusOf = async (body: string | undefined): Promise<number> => {
      const res = new StubResponder();
      dialog.modify(new StubRequest('INVITE', {}, 'sip:us', body), res);
      await new Promise(setImmediate);
      return res.only.status;
    };
    assert.equal(await statusOf('offer'), 200);
    assert.equal(dialog.local.sdp, 'new answer');
    assert.equal(await statusOf(undefined), 200);
    renegotiated = err(new Fault('NO_COMMON_CODEC'));
    assert.equal(await statusOf('offer'), 488);
    assert.equal(dialog.local.sdp, 'new answer');
    assert.deepEqual(warnings, ['re-INVITE of the callee refused']);
  });

  describe('to a trunk that asks who we are', () => {
    const sent = { From: '<sip:a@us>;tag=1', 'Call-ID': 'one', CSeq: '7 INVITE' };
    const proof = () => new Proof({ username: 'qaller', password: 'made-up' }, (bytes) => new Uint8Array(bytes));

    function challenged(status: 401 | 407, challenge: string): void {
      sip.refused = true;
      const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      sip.uac?.done(
        Object.assign(new Error('challenge'), { status, res: answer(status, { [name]: `Digest ${challenge}` }) }),
      );
    }

    function begin(changes: { uri?: string; proxy?: undefined } = {}): FakeInvite {
      leg.send(sip.application, { ...invite, ...changes, proof: proof() });
      const first = new FakeInvite(sent);
      sip.uac?.progress.cbRequest(null, first);
      return first;
    }

    it('sends it once more, as the same request with the next number', () => {
      begin();
      challenged(401, 'realm="c", nonce="n"');
      const { Authorization: shown, ...headers } = sip.uac?.options.headers ?? {};
      assert.deepEqual(headers, { ...sent, CSeq: '8 INVITE' });
      assert.match(shown ?? '', /^Digest username="qaller", realm="c", nonce="n", uri="sip:bobby@192.0.2.7"/);
      sip.uac?.progress.cbRequest(null, new FakeInvite(sent));
      const dialog = answers();
      assert.deepEqual(types(), ['invited', 'answered']);
      assert.deepEqual(dialog.auth, { username: 'qaller', password: 'made-up' });
    });

    it('sends it to the very server that asked, of those that a name stands for', () => {
      begin({ uri: 'sip:bobby@carrier.example;transport=tcp', proxy: undefined });
      challenged(407, 'realm="c", nonce="n"');
      assert.equal(sip.uac?.options.proxy, 'sip:192.0.2.7:5060;transport=tcp');
    });

    it('does not once it is cancelled: that would ring anew', () => {
      begin();
      leg.cancel(undefined);
      challenged(401, 'realm="c", nonce="n"');
      assert.deepEqual(heard.at(-1), { type: 'refused', status: 401 });
    });

    it('cancels the second where it is cancelled before the server has confirmed it', () => {
      begin();
      challenged(401, 'realm="c", nonce="n"');
      leg.cancel(answeredElsewhere);
      const second = new FakeInvite(sent);
      sip.uac?.progress.cbRequest(null, second);
      assert.deepEqual(second.cancels, [elsewhere]);
    });

    it('shows a wrong password once', () => {
      begin();
      challenged(401, 'realm="c", nonce="n"');
      sip.uac?.progress.cbRequest(null, new FakeInvite({ ...sent, CSeq: '8 INVITE' }));
      challenged(401, 'realm="c", nonce="m"');
      assert.deepEqual(types(), ['invited', 'refused']);
      assert.deepEqual(warnings, ['the trunk does not take our password: check its auth']);
    });

    it('ends as the trunk says where it asks for what we do not have', () => {
      leg.send(sip.application, invite);
      sip.uac?.progress.cbRequest(null, new FakeInvite(sent));
      challenged(401, 'realm="c", nonce="n"');
      assert.deepEqual(heard.at(-1), { type: 'refused', status: 401 });
    });
  });
});
