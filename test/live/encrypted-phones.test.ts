import assert from 'node:assert/strict';
import type { Transport } from '../support/phone/link.ts';
import { Authority } from '../support/certificates.ts';
import { Phone } from '../support/phone/phone.ts';
import { ServerProcess } from '../support/server-process.ts';

describe('the exchange, with a desk phone on TLS and a browser', () => {
  let authority: Authority;
  let server: ServerProcess;
  const phones: Phone[] = [];

  before(async function () {
    this.timeout(30_000);
    authority = new Authority();
    const certificate = authority.certificate('DNS:pbx.example.com', 'IP:127.0.0.1');
    const listen = ['udp:127.0.0.1:0', 'tls:127.0.0.1:0', 'wss:127.0.0.1:0'];
    server = await ServerProcess.start({ config: { sip: { listen, tls: { certificate } } } });
  });

  after(async () => {
    await server.stop();
    authority.remove();
    assert.deepEqual(server.logged('error'), []);
  });

  afterEach(async () => {
    for (const phone of phones.splice(0)) {
      if (phone.log.received('200 REGISTER').length > 0) await phone.register({ expires: 0 });
      await phone.close();
    }
  });

  async function phone(username: string, transport: Transport): Promise<Phone> {
    const { password } = server.account(username);
    const started = await Phone.start({ username, password, server: server.sip(transport) });
    phones.push(started);
    await started.register({ expires: 300 });
    return started;
  }

  const pairs = [
    ['tls', 'wss'],
    ['wss', 'tls'],
    ['wss', 'udp'],
    ['wss', 'wss'],
  ] as const;
  for (const [caller, callee] of pairs) {
    it(`lets them talk, from ${caller} to ${callee}`, async () => {
      const sanne = await phone('201-desk', caller);
      const joris = await phone('202-desk', callee);
      const call = await sanne.invite('202');
      const incoming = await joris.incomingCall();
      incoming.ring();
      await call.provisional(180);
      const joriss = await incoming.answer();
      const sannes = await call.answered();
      sannes.sendTone(440);
      joriss.sendTone(880);
      await Promise.all([sannes.hear(880), joriss.hear(440)]);
      await joriss.hangUp();
      assert.equal((await sannes.ended).how, 'hung-up');
      sanne.expectNoSurprises();
      joris.expectNoSurprises();
    });
  }
});
