import assert from 'node:assert/strict';
import { LossyNetwork, loseFirst, loseOnce, seeded, together } from '../../support/lossy-network.ts';
import type { Passage, Weather } from '../../support/lossy-network.ts';
import { Phone } from '../../support/phone/phone.ts';

describe('the lossy network', () => {
  let bob: Phone;
  let alice: Phone;
  let network: LossyNetwork;

  async function between(weather: Weather): Promise<void> {
    bob = await Phone.start({ username: 'bob', server: { address: '127.0.0.1', port: 9, transport: 'udp' }, t1: 40 });
    network = await LossyNetwork.open({ server: bob.local, weather });
    const server = { ...network.near, transport: 'udp' } as const;
    alice = await Phone.start({ username: 'alice', server, t1: 40, outboundProxy: true, advertise: network.far });
  }

  afterEach(async () => {
    await alice.close();
    await bob.close();
    network.close();
  });

  it('loses what it is told to, and the call comes about all the same', async () => {
    await between(
      together(
        loseOnce('to-server', 'INVITE'),
        loseFirst(2, 'from-server', '200 INVITE'),
        loseOnce('to-server', 'ACK'),
        loseOnce('to-server', '200 BYE'),
      ),
    );
    const call = await alice.invite('bob');
    const bobs = await (await bob.incomingCall()).answer();
    await call.answered();
    assert.equal((await bobs.hangUp()).status, 200);
    assert.deepEqual(network.lost, ['INVITE', '200 INVITE', '200 INVITE', 'ACK', '200 BYE']);
    assert.equal(bob.log.sent('BYE').length, 2);
    assert.equal(
      bob.log.entries.every((entry) => entry.peer.port === network.far.port),
      true,
    );
    alice.expectNoSurprises();
    bob.expectNoSurprises();
  });

  it('doubles and delays', async () => {
    await between(({ label }) => (label === 'OPTIONS' ? 'double' : label === '200 OPTIONS' ? { delayMs: 20 } : 'pass'));
    await alice.ask('OPTIONS', 'bob');
    assert.deepEqual(
      bob.log.received('OPTIONS').map((entry) => entry.again),
      [0, 1],
    );
    const [asked, answered] = [alice.log.sent('OPTIONS')[0], alice.log.received('200 OPTIONS')[0]];
    assert.ok((answered?.at ?? 0) - (asked?.at ?? 0) >= 19);
  });
});

describe('seeded weather', () => {
  it('is the same for the same seed', () => {
    const passage: Passage = { direction: 'to-server', label: 'INVITE', message: undefined, nth: 1 };
    const fates = (seed: number) => {
      const weather = seeded({ seed, drop: 0.3, double: 0.1, delay: 0.1, delayMs: 5 });
      return Array.from({ length: 500 }, () => JSON.stringify(weather(passage)));
    };
    assert.deepEqual(fates(1), fates(1));
    assert.notDeepEqual(fates(1), fates(2));
    const dropped = fates(3).filter((fate) => fate === '"drop"').length;
    assert.ok(dropped > 110 && dropped < 190, `${dropped} of 500`);
  });
});
