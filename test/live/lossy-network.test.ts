import assert from 'node:assert/strict';
import { LossyNetwork, fairWeather, loseFirst, loseOnce, together } from '../support/lossy-network.ts';
import type { Weather } from '../support/lossy-network.ts';
import { Phone } from '../support/phone/phone.ts';
import { ServerProcess } from '../support/server-process.ts';

/** Each message of a call lost once, on either side: the call comes about, and leaves nothing behind. */
describe('the exchange, on a bad network', function () {
  let server: ServerProcess;
  const open: { close(): unknown }[] = [];

  before(async function () {
    this.timeout(30_000);
    // Quick timers: a repeated message comes after 100 ms.
    const sip = { listen: ['udp:127.0.0.1:0'], timers: { t1: 100, t2: 800, t4: 1000 } };
    server = await ServerProcess.start({ config: { sip } });
  });

  after(() => server.stop());

  afterEach(async () => {
    for (const party of open.splice(0).reverse()) await party.close();
  });

  async function phone(username: string, weather: Weather): Promise<Phone> {
    const network = await LossyNetwork.open({ server: server.sip(), weather });
    const started = await Phone.start({
      username,
      password: server.account(username).password,
      server: { ...network.near, transport: 'udp' },
      advertise: network.far,
      outboundProxy: true,
      t1: 100,
    });
    open.push(network, started);
    await started.register({ contact: '*', expires: 0 });
    await started.register();
    return started;
  }

  const losses: Readonly<Record<string, { readonly caller?: Weather; readonly called?: Weather }>> = {
    'the INVITE': { caller: loseOnce('to-server', 'INVITE') },
    'the challenge and its ACK': {
      caller: together(loseOnce('from-server', '401 INVITE'), loseOnce('to-server', 'ACK')),
    },
    'every 100': { caller: loseFirst(99, 'from-server', '100 INVITE') },
    'the INVITE to the called phone, twice': { called: loseFirst(2, 'from-server', 'INVITE') },
    'the 200 of the called phone': { called: loseOnce('to-server', '200 INVITE') },
    'the ACK to the called phone': { called: loseFirst(2, 'from-server', 'ACK') },
    'the 200 to the caller': { caller: loseFirst(2, 'from-server', '200 INVITE') },
    'the BYE': { caller: loseOnce('to-server', 'BYE'), called: loseOnce('from-server', 'BYE') },
    'the 200 to BYE': { caller: loseOnce('from-server', '200 BYE'), called: loseOnce('to-server', '200 BYE') },
  };

  for (const [what, { caller = fairWeather, called = fairWeather }] of Object.entries(losses)) {
    it(`gets over the loss of ${what}`, async () => {
      const [sanne, joris] = [await phone('201-desk', caller), await phone('202-desk', called)];
      const call = await sanne.invite('202');
      const joriss = await (await joris.incomingCall({ withinMs: 4000 })).answer({}, { withinMs: 4000 });
      const sannes = await call.answered();
      assert.equal((await sannes.hangUp()).status, 200);
      await joriss.ended;
      await joris.log.first('200 to BYE', ({ label }) => label === '200 BYE');
      assert.equal(joris.log.received('INVITE').filter(({ again }) => again === 0).length, 1);
      sanne.expectNoSurprises();
      joris.expectNoSurprises();
    });
  }
});
