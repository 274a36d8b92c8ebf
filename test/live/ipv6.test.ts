import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { TestExchange } from '../support/exchange.ts';
import { Phone, type PhoneOptions } from '../support/phone/phone.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

for (const sockets of ['auto', 'node'] as const) {
  describe(`phones of IPv6 at the exchange, with sockets of ${sockets === 'auto' ? 'the system' : 'Node'} for sound`, function () {
    this.timeout(20_000);
    let test: TestExchange;
    let carrier: Phone;
    let calls = 0;
    before(async function () {
      // A machine, or container, whose kernel has IPv6 switched off.
      if (!hasIpv6) this.skip();
      carrier = await Phone.start({
        username: 'carrier',
        address: '::1',
        server: { address: '::1', port: 9, transport: 'udp' },
      });
      const trunk = `{ id: carrier, host: '::1', port: ${String(carrier.local.port)} }`;
      test = await TestExchange.start({
        QALLER_SIP__LISTEN: '["udp:127.0.0.1:0", "udp:[::1]:0", "tcp:[0:0:0:0:0:0:0:1]:0"]',
        QALLER_MEDIA__SOCKETS: sockets,
        QALLER_SIP__TIMERS__T1: '50',
        QALLER_TRUNKS: `[${trunk}]`,
      });
    });
    after(async () => {
      await carrier?.close();
      await test?.stop();
    });

    function over6(transport: 'udp' | 'tcp'): Pick<PhoneOptions, 'address' | 'server'> {
      const own = test.exchange.sip.find((one) => one.transport === transport && one.address === '::1');
      assert.ok(own, `nothing listens on ${transport} of ::1`);
      return { address: '::1', server: { address: '::1', port: own.port, transport } };
    }

    async function talkedBothWays(caller: Phone, callee: Phone, dialled: string): Promise<void> {
      const call = await caller.invite(dialled);
      const incoming = await callee.incomingCall();
      incoming.ring();
      await call.provisional(180);
      const [theirs, talk] = await Promise.all([incoming.answer(), call.answered()]);
      talk.sendTone(440);
      theirs.sendTone(620);
      await Promise.all([theirs.hear(440), talk.hear(620)]);
      await talk.hold();
      await talk.resume();
      await Promise.all([theirs.hear(440), talk.hear(620)]);
      await theirs.hangUp();
      assert.equal((await talk.ended).how, 'hung-up');
      calls += 1;
      const { media } = (await test.call(calls)).record;
      for (const side of [media?.caller, media?.callee]) {
        assert.ok(side !== undefined && side.packetsReceived > 7 && side.packetsSent > 7, JSON.stringify(media));
      }
      // Each is told an address of the family that it came by.
      for (const phone of [caller, callee]) {
        const bodies = phone.log.received().map(({ message }) => message.body.toString());
        const families = bodies.flatMap((body) => /^c=IN (IP[46] \S+)/m.exec(body)?.[1] ?? []);
        assert.deepEqual(
          [...new Set(families)],
          [phone.local.address === '::1' ? 'IP6 ::1' : 'IP4 127.0.0.1'],
          phone.name,
        );
        phone.expectNoSurprises();
      }
    }

    it('call phones of IPv4, and both are heard', async () => {
      const [six, four] = [await test.registered('201-desk', over6('udp')), await test.registered('202-desk')];
      await talkedBothWays(six, four, '202');
      await six.register({ expires: 0, contact: '*' });
      await four.register({ expires: 0, contact: '*' });
    });

    it('are called by phones of IPv4, and over TCP by each other', async () => {
      const [six, four] = [await test.registered('201-desk', over6('tcp')), await test.registered('202-desk')];
      await talkedBothWays(four, six, '201');
      await four.register({ expires: 0, contact: '*' });
      const other = await test.registered('202-desk', over6('udp'));
      await talkedBothWays(six, other, '202');
      await six.register({ expires: 0, contact: '*' });
      await other.register({ expires: 0, contact: '*' });
    });

    it('call out by a trunk of IPv6', async () => {
      const four = await test.registered('202-desk');
      await talkedBothWays(four, carrier, '0612345678');
      assert.match(carrier.log.received('INVITE')[0]?.message.headers.get('Contact') ?? '', /@?\[::1\]:\d+/);
      await test.idle();
    });
  });
}
