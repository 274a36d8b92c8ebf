import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { PlanStep } from '../../src/directory/plan-step.ts';
import { announce, AttendedCompany, heard, menu, number, ring, user, userOf } from '../support/attended-company.ts';
import type { TestExchange } from '../support/exchange.ts';
import type { Conversation } from '../support/phone/conversation.ts';
import type { IncomingCall } from '../support/phone/incoming-call.ts';
import type { OutgoingCall } from '../support/phone/outgoing-call.ts';
import type { Phone } from '../support/phone/phone.ts';
import { readDescription } from '../support/phone/session-description.ts';

const opusOnly = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 96',
  'a=rtpmap:96 opus/48000/2',
  '',
].join('\r\n');

describe('a caller whom the exchange answers itself', function () {
  this.timeout(10_000);
  let company: AttendedCompany;
  let test: TestExchange;
  let [fatima, sanne, joris]: Phone[] = [];
  /** How many calls were made. */
  let calls = 0;

  before(async () => {
    company = await AttendedCompany.start();
    ({ test } = company);
    [fatima, sanne, joris] = await Promise.all(
      ['203-desk', '201-desk', '202-desk'].map((username) => test.registered(username)),
    );
  });
  after(() => company.stop());
  afterEach(() => {
    company.carrier.react = () => ({ do: 'usual' });
    for (const phone of [fatima, sanne, joris]) phone?.expectNoSurprises();
  });

  async function dial(options: Parameters<Phone['invite']>[1] = {}): Promise<OutgoingCall> {
    assert.ok(fatima);
    calls += 1;
    return fatima.invite('0851234568', options);
  }

  async function rung(phone: Phone | undefined): Promise<IncomingCall> {
    assert.ok(phone);
    const incoming = await phone.incomingCall();
    incoming.ring();
    return incoming;
  }

  async function bothWays(ours: Conversation, theirs: Conversation): Promise<void> {
    ours.sendTone(440);
    theirs.sendTone(880);
    await Promise.all([theirs.hear(440), ours.hear(880)]);
  }

  /** What the rung phone was offered, and what it and the caller hear, is the caller's codec. */
  function assertCodec(ours: Conversation, incoming: IncomingCall): void {
    assert.deepEqual(readDescription(incoming.request.body.toString())?.codecs, ['PCMA']);
    assert.deepEqual(ours.remote?.codecs, ['PCMA']);
    for (const talk of [ours, incoming.talk]) assert.deepEqual([...talk.audio.ear.payloadTypes], [8]);
  }

  it('hears an announcement to its end, then ringback while the next step rings, then who answers', async () => {
    await company.plan(announce('welcome'), ring(['202']));
    const call = await dial();
    const ours = await call.answered();
    await ours.hear(heard.welcome);
    await ours.hear(heard.welcomeEnds);
    const incoming = await rung(joris);
    await ours.hear(heard.ringback);
    const theirs = await incoming.answer();
    await bothWays(ours, theirs);
    assertCodec(ours, incoming);
    await ours.hangUp();
    await theirs.ended;
    const { record } = await test.call(calls);
    assert.deepEqual([record.outcome, record.endedBy], ['answered', 'caller']);
  });

  it('presses a key during the prompt, which stops at once, and is put through with ringback', async () => {
    await company.plan(menu({ keys: { '1': user('202') } }));
    const ours = await (await dial()).answered();
    await ours.hear(heard.long);
    ours.press('1');
    const incoming = await rung(joris);
    await ours.hear(heard.ringback, { withinMs: 600 });
    const theirs = await incoming.answer();
    await bothWays(ours, theirs);
    assertCodec(ours, incoming);
    await theirs.hangUp();
    assert.match((await ours.ended).how, /hung-up/);
  });

  it('hears the menu again after a wrong key, and goes on when no key comes', async () => {
    await company.plan(
      menu({ sound: 'welcome', keys: { '1': user('201') }, retries: 1, timeoutSeconds: 0.2, otherwise: user('202') }),
    );
    const ours = await (await dial()).answered();
    await ours.hear(heard.welcome);
    ours.press('9');
    await ours.hear(heard['not-understood']);
    await ours.hear(heard.welcomeEnds);
    const incoming = await rung(joris);
    await ours.hear(heard.ringback);
    incoming.refuse(486);
    await ours.hear(heard['nobody-available']);
    assert.equal((await ours.ended).reason, 'Q.850;cause=17;text="User busy"');
  });

  it('hears music while phones ring, holds it, and hears it again until somebody answers', async () => {
    await company.plan(ring(['202'], { waiting: 'music' }));
    const ours = await (await dial()).answered();
    const incoming = await rung(joris);
    await ours.hear(heard.music);
    assert.equal((await ours.hold()).status, 200);
    await ours.silence(200);
    assert.equal((await ours.resume()).status, 200);
    await ours.hear(heard.music);
    const theirs = await incoming.answer();
    await ours.silence(100);
    await bothWays(ours, theirs);
    assertCodec(ours, incoming);
    await ours.hangUp();
    await theirs.ended;
  });

  it('who is put through while on hold talks once it resumes', async () => {
    await company.plan(ring(['202'], { waiting: 'music' }));
    const ours = await (await dial()).answered();
    const incoming = await rung(joris);
    assert.equal((await ours.hold()).status, 200);
    const theirs = await incoming.answer();
    assert.equal((await ours.resume()).status, 200);
    await bothWays(ours, theirs);
    await ours.hangUp();
    await theirs.ended;
  });

  it('outside opening hours is sent on, without being answered by us', async () => {
    await company.plan({ do: 'hours', hours: { week: [], holidays: [] }, closed: user('202') }, ring(['201']));
    const call = await dial();
    const incoming = await rung(joris);
    await call.provisional(180);
    const theirs = await incoming.answer();
    await bothWays(await call.answered(), theirs);
    await theirs.hangUp();
    await call.talk.ended;
  });

  it('rings phones in turn: the one before is cancelled, and sees a missed call', async () => {
    await company.plan(announce('welcome'), ring(['201', '202'], { order: 'in-turn', seconds: 0.3 }));
    const ours = await (await dial()).answered();
    const first = await rung(sanne);
    assert.ok(joris);
    const before = joris.log.received('INVITE').length;
    const missed = await first.ended;
    assert.deepEqual([missed.how, missed.reason], ['cancelled', undefined]);
    const second = await rung(joris);
    assert.equal(joris.log.received('INVITE').length, before + 1);
    await bothWays(ours, await second.answer());
    await ours.hangUp();
    await second.ended;
  });

  it('passes over who is on the phone where the longest idle is rung', async () => {
    assert.ok(sanne && joris);
    await company.plan(announce('welcome'), ring(['201', '202'], { order: 'longest-idle' }));
    calls += 1;
    const outside = await sanne.invite('06-12345678');
    const away = await (await company.carrier.incomingCall()).answer();
    await outside.answered();
    const before = sanne.log.received('INVITE').length;
    const ours = await (await dial()).answered();
    const incoming = await rung(joris);
    incoming.refuse(603);
    await ours.hear(heard['nobody-available']);
    assert.equal((await ours.ended).reason, 'Q.850;cause=21;text="Call rejected"');
    assert.equal(sanne.log.received('INVITE').length, before);
    await away.hangUp();
    await outside.talk.ended;
  });

  it('hears last words when a carrier cannot be reached, and the log says why', async () => {
    company.carrier.react = () => ({ do: 'ignore' });
    await company.plan(announce('welcome'), { do: 'divert', to: number('+31201234567') });
    const ours = await (await dial()).answered();
    await ours.hear(heard['cannot-be-reached'], { withinMs: 4000 });
    assert.equal((await ours.ended).reason, 'Q.850;cause=38;text="Network out of order"');
    const { record } = await test.call(calls);
    assert.deepEqual([record.outcome, record.fault], ['failed', 'TRUNK_FAILED']);
    assert.ok(company.logged(/"trunk":"carrier".*no carrier took the call/));
  });

  it('hears last words when who is to be rung is gone, and the log says why', async () => {
    await company.planWithSomebodyGone();
    const ours = await (await dial()).answered();
    await ours.hear(heard['cannot-be-reached']);
    assert.equal((await ours.ended).reason, 'Q.850;cause=20;text="Subscriber absent"');
    assert.ok(company.logged(/rings user voorbeeld-299, who is gone/));
  });

  it('goes on after a sound that is missing, of which the log tells', async () => {
    await company.plan(announce('lost'), ring(['202']));
    const ours = await (await dial()).answered();
    await ours.hear(heard['nobody-available']);
    const incoming = await rung(joris);
    await ours.hear(heard.ringback);
    assert.ok(company.logged(/"file":"nl voorbeeld lost".*there is no such sound/));
    incoming.refuse(486);
    await ours.ended;
  });

  it('without a codec of ours goes on to the next step, and gets 488 when nothing is left', async () => {
    await company.plan(announce('welcome'), ring(['202'], { waiting: 'music' }));
    const body = { type: 'application/sdp', text: opusOnly };
    const call = await dial({ body });
    const incoming = await rung(joris);
    assert.match(incoming.request.body.toString(), /opus/);
    await call.provisional(180);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
    await company.plan(announce('welcome'));
    assert.equal((await (await dial({ body })).finished()).status, 488);
  });

  it('is put through to a phone that speaks its law, past one that speaks the other only', async () => {
    const app = await test.registered('201-qaller', { codecs: ['PCMU'] });
    await company.plan(announce('welcome'), ring(['201']));
    const ours = await (await dial()).answered();
    app.incomingCall().then(
      (incoming) => incoming.answer({}, { withoutAck: true }),
      () => undefined,
    );
    const incoming = await rung(sanne);
    await app.log.first('its 488', ({ message }) => message.kind === 'response' && message.status === 488);
    const theirs = await incoming.answer();
    await bothWays(ours, theirs);
    assertCodec(ours, incoming);
    await ours.hangUp();
    await theirs.ended;
    await app.register({ expires: 0, contact: '*' });
  });

  it('leaves no file behind of a message that is too short to be kept', async () => {
    await company.plan({ do: 'voicemail', user: userOf('201') });
    const ours = await (await dial()).answered();
    await ours.hear(heard['voicemail-greeting']);
    await ours.hear(1000);
    // The recording has begun.
    await ours.silence(200);
    assert.equal((await readdir(company.voicemailFolder)).length, 1);
    await ours.hangUp();
    await test.call(calls);
    while ((await readdir(company.voicemailFolder)).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('leaves nothing behind, whenever it hangs up', async () => {
    const moments: readonly (readonly [readonly PlanStep[], (ours: Conversation) => Promise<unknown>])[] = [
      [[announce('welcome')], async () => Promise.resolve()],
      [[announce('welcome')], (ours) => ours.hear(heard.welcome)],
      [[menu({})], (ours) => ours.hear(heard.long)],
      [[menu({ sound: 'nobody-available', timeoutSeconds: 5 })], (ours) => ours.hear(heard['nobody-available'])],
      [[ring(['202'], { waiting: 'music' })], () => rung(joris)],
      [[announce('welcome'), ring(['202'])], () => rung(joris)],
      [[ring(['202'], { waiting: 'music' })], async () => (await rung(joris)).answer({}, { withoutAck: true })],
      [[announce('lost-too')], (ours) => ours.silence(10)],
      [
        [menu({ sound: 'welcome', timeoutSeconds: 0.1, otherwise: { kind: 'mobile', user: userOf('201') } })],
        (ours) => ours.hear(heard['cannot-be-reached']),
      ],
    ];
    for (const [steps, until] of moments) {
      await company.plan(...steps);
      const ours = await (await dial()).answered();
      await until(ours);
      if (!ours.over) await ours.hangUp();
    }
    await test.idle();
  });
});
