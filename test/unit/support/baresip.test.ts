import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Baresip } from '../../support/baresip.ts';
import { Phone } from '../../support/phone/phone.ts';
import { describeWith } from '../../support/describe-with.ts';

describeWith(['baresip', 'sox'], 'baresip', () => {
  const open: { close(): Promise<void> }[] = [];

  async function start(...options: Parameters<typeof Baresip.start>): Promise<Baresip> {
    const baresip = await Baresip.start(...options);
    open.push(baresip);
    return baresip;
  }

  afterEach(async () => {
    for (const party of open.splice(0)) await party.close();
  });

  it('calls another, and each hears the other', async () => {
    const alice = await start({ username: '201', tone: 440 });
    const bob = await start({ username: '202', tone: 880, answers: 'manual' });
    await alice.dial(`sip:202@${bob.local.address}:${bob.local.port}`);
    await bob.next('CALL_INCOMING');
    await alice.next('CALL_RINGING');
    await bob.answer();
    await Promise.all([alice.next('CALL_ESTABLISHED'), bob.next('CALL_ESTABLISHED')]);
    await sleep(1500);
    await alice.hangUp();
    await bob.next('CALL_CLOSED');
    const heard = { alice: await alice.heard(880), bob: await bob.heard(440), echo: await alice.heard(440) };
    assert.ok(heard.alice > 0.8 && heard.bob > 0.8 && heard.echo < 0.1, JSON.stringify(heard));
  });

  it('is rung by the test phone, answers by itself, and is heard', async () => {
    const bob = await start({ username: '202', tone: 880 });
    const alice = await Phone.start({ username: '201', server: { ...bob.local, transport: 'udp' } });
    open.push(alice);
    const talk = await (await alice.invite('202')).answered();
    talk.sendTone(440);
    await talk.hear(880, { withinMs: 3000 });
    await sleep(1000);
    await talk.hangUp();
    await bob.next('CALL_CLOSED');
    assert.ok((await bob.heard(440)) > 0.5, `heard ${await bob.heard(440)}`);
    alice.expectNoSurprises();
  });

  it('registers, answering a challenge', async () => {
    const registrar = await Phone.start({
      username: 'registrar',
      server: { address: '127.0.0.1', port: 9, transport: 'udp' },
    });
    open.push(registrar);
    const challenge = 'Digest realm="example.com", nonce="one", algorithm=MD5, qop="auth"';
    registrar.react = ({ headers }) =>
      headers.has('Authorization')
        ? { do: 'reply', status: 200, headers: { Contact: `${headers.get('Contact') ?? ''};expires=60` } }
        : { do: 'reply', status: 401, headers: { 'WWW-Authenticate': challenge } };
    const bob = await start({ username: '202', password: 'geheim-202', tone: 880, registrar: registrar.local });
    await bob.registered();
    registrar.expectNoSurprises();
  });
});
