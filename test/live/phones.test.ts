import assert from 'node:assert/strict';
import { Phone } from '../support/phone/phone.ts';
import { ServerProcess } from '../support/server-process.ts';

/** The whole program as a process, with phones that share no code with it. */
describe('the exchange, with phones', () => {
  let server: ServerProcess;
  const phones: Phone[] = [];

  before(async function () {
    this.timeout(30_000);
    server = await ServerProcess.start();
  });

  after(async () => {
    await server.stop();
    assert.deepEqual(server.logged('error'), []);
  });

  afterEach(async () => {
    for (const phone of phones.splice(0)) {
      // Else the next test's calls ring here too.
      if (phone.log.received('200 REGISTER').length > 0) await phone.register({ expires: 0 });
      await phone.close();
    }
  });

  async function phone(username: string, transport: 'udp' | 'tcp' = 'udp'): Promise<Phone> {
    const { password } = server.account(username);
    const started = await Phone.start({ username, password, server: server.sip(transport) });
    phones.push(started);
    await started.register({ expires: 300 });
    return started;
  }

  for (const transport of ['udp', 'tcp'] as const) {
    it(`lets two phones talk on ${transport}`, async () => {
      const sanne = await phone('201-desk', transport);
      const joris = await phone('202-desk', transport);
      const call = await sanne.invite('202');
      const incoming = await joris.incomingCall();
      incoming.ring();
      await call.provisional(180);
      const joriss = await incoming.answer();
      const sannes = await call.answered();
      sannes.sendTone(440);
      joriss.sendTone(880);
      await Promise.all([sannes.hear(880), joriss.hear(440)]);
      await sannes.hangUp();
      assert.equal((await joriss.ended).how, 'hung-up');
      sanne.expectNoSurprises();
      joris.expectNoSurprises();
    });
  }

  it('tells the phones that did not answer that another did', async () => {
    const caller = await phone('203-desk');
    const [desk, app] = [await phone('201-desk'), await phone('201-qaller')];
    const call = await caller.invite('201');
    const [atDesk, atApp] = await Promise.all([desk.incomingCall(), app.incomingCall()]);
    atDesk.ring();
    atApp.ring();
    await call.provisional(180);
    await atApp.answer();
    const { how, reason } = await atDesk.ended;
    assert.equal(how, 'cancelled');
    assert.match(reason ?? '', /^SIP ?; ?cause=200 ?; ?text="Call completed elsewhere"/);
    await (await call.answered()).hangUp();
    await atApp.ended;
    for (const each of [caller, desk, app]) each.expectNoSurprises();
  });

  it('lets the caller give up', async () => {
    const [sanne, joris] = [await phone('201-desk'), await phone('202-desk')];
    const call = await sanne.invite('202');
    const incoming = await joris.incomingCall();
    incoming.ring();
    await call.provisional(180);
    assert.equal((await call.cancel()).status, 200);
    assert.equal((await call.finished()).status, 487);
    const { how, reason } = await incoming.ended;
    assert.equal(how, 'cancelled');
    assert.doesNotMatch(reason ?? '', /cause=200/);
    sanne.expectNoSurprises();
    joris.expectNoSurprises();
  });

  it('says that a phone is busy', async () => {
    const [sanne, joris] = [await phone('201-desk'), await phone('202-desk')];
    const call = await sanne.invite('202');
    (await joris.incomingCall()).refuse(486);
    assert.equal((await call.finished()).status, 486);
    sanne.expectNoSurprises();
    joris.expectNoSurprises();
  });

  it('holds and resumes', async () => {
    const [sanne, joris] = [await phone('201-desk'), await phone('202-desk')];
    const call = await sanne.invite('202');
    const joriss = await (await joris.incomingCall()).answer();
    const sannes = await call.answered();
    joriss.sendTone(880);
    await sannes.hear(880);
    assert.equal((await sannes.hold()).status, 200);
    await sannes.silence(300);
    assert.equal((await sannes.resume()).status, 200);
    await sannes.hear(880);
    await joriss.hangUp();
    await sannes.ended;
    sanne.expectNoSurprises();
    joris.expectNoSurprises();
  });

  it('refuses a wrong password', async () => {
    const stranger = await Phone.start({ username: '201-desk', password: 'guessed', server: server.sip() });
    phones.push(stranger);
    assert.ok([401, 403].includes((await stranger.tryToRegister()).status));
  });
});
