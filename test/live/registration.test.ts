import assert from 'node:assert/strict';
import { TestExchange } from '../support/exchange.ts';

describe('registration on the running exchange', () => {
  let test: TestExchange;
  before(async () => {
    test = await TestExchange.start({ QALLER_SIP__TIMERS__T1: '50' });
  });
  after(() => test.stop());

  for (const transport of ['udp', 'tcp'] as const) {
    it(`offers SHA-256 before MD5, and stores the binding with its flow, over ${transport}`, async () => {
      const phone = await test.phone('202-desk', { transport });
      const answer = await phone.register({ expires: 120 });
      assert.match(answer.headers.get('Contact') ?? '', /;expires=120$/);
      const [challenge] = phone.log.received('401 REGISTER');
      const offered = challenge?.message.headers.all('WWW-Authenticate') ?? [];
      assert.match(offered[0] ?? '', /algorithm=SHA-256/);
      assert.match(offered[1] ?? '', /algorithm=MD5/);
      assert.equal(offered.length, 2);
      const device = await test.exchange.store.directory.deviceByUsername('202-desk');
      assert.ok(device);
      const [binding] = await test.exchange.store.bindings.of(device.id, Date.now());
      assert.equal(binding?.flow.transport, transport);
      assert.equal(binding.flow.localPort, test.server(transport).port);
      assert.equal(binding.flow.remotePort, phone.local.port);
      await phone.register({ expires: 0 });
      assert.deepEqual(await test.exchange.store.bindings.of(device.id, Date.now()), []);
    });
  }

  it('answers an unknown user and a wrong password alike', async () => {
    const stranger = await test.stranger('nobody-desk', 'wrong');
    const mistaken = await test.stranger('201-desk', 'wrong');
    const [first, second] = await Promise.all([stranger.tryToRegister(), mistaken.tryToRegister()]);
    assert.equal(first.status, 401);
    assert.equal(second.status, 401);
    const shape = (response: typeof first): string[] => [...response.headers].map(([name]) => name);
    assert.deepEqual(shape(first), shape(second));
  });

  it('refuses an interval that is too brief, and says which is not', async () => {
    const phone = await test.phone('202-desk');
    const answer = await phone.tryToRegister({ expires: 10 });
    assert.equal(answer.status, 423);
    assert.equal(answer.headers.get('Min-Expires'), '60');
  });

  it('lists every binding, the phone’s own first, and removes all by *', async () => {
    const one = await test.registered('203-desk', { address: '127.0.0.2' });
    const two = await test.phone('203-desk', { address: '127.0.0.3' });
    const answer = await two.register();
    const contacts = (answer.headers.get('Contact') ?? '').split(', ');
    assert.equal(contacts.length, 2);
    assert.match(contacts[0] ?? '', /127\.0\.0\.3/);
    assert.match(contacts[1] ?? '', /127\.0\.0\.2/);
    const removal = await one.tryToRegister({ contact: '*', expires: 0 });
    assert.equal(removal.status, 200);
    assert.equal(removal.headers.get('Contact'), undefined);
  });

  it('replaces the binding of an instance that comes back from another address', async () => {
    const instance = 'urn:uuid:00000000-0000-4000-8000-000000000001';
    await test.registered('203-desk', { address: '127.0.0.2', instance });
    const moved = await test.phone('203-desk', { address: '127.0.0.3', instance });
    const answer = await moved.register();
    assert.match(answer.headers.get('Contact') ?? '', /^<sip:203-desk@127\.0\.0\.3[^,]*$/);
    await moved.register({ expires: 0 });
  });

  it('lets nobody register contacts for somebody else', async () => {
    const phone = await test.phone('202-desk');
    const answer = await phone.tryToRegister({ headers: { To: '<sip:203-desk@127.0.0.1>' } });
    assert.equal(answer.status, 403);
  });
});
