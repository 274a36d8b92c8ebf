import { loseOnce, LossyNetwork } from '../support/lossy-network.ts';
import { Phone } from '../support/phone/phone.ts';
import assert from 'node:assert/strict';
import { freePort } from '../support/free-port.ts';
import { ServerProcess } from '../support/server-process.ts';
import { Sipp, registerFrom, runSipp } from '../support/sipp.ts';
import type { SippOptions, SippUser } from '../support/sipp.ts';
import { describeWith } from '../support/describe-with.ts';

/** SIPp 3.6 stops at the first algorithm that it does not know, where RFC 8760 has it pass over it. */
const digest = ['MD5'];

const trunkAddress = '127.0.0.21';

/** SIPp's scenarios, which know nothing of the exchange, against the whole program. */
describeWith(['sipp'], 'the exchange, with SIPp', () => {
  let server: ServerProcess;
  let trunkPort: number;
  const open: { close(): unknown }[] = [];

  before(async function () {
    this.timeout(30_000);
    trunkPort = await freePort(trunkAddress);
    const trunks = [{ id: 'carrier', host: trunkAddress, port: trunkPort, sources: [`${trunkAddress}/32`] }];
    server = await ServerProcess.start({ config: { sip: { digest }, trunks, calls: { ringSeconds: 2 } } });
  });

  after(() => server.stop());

  afterEach(async () => {
    for (const party of open.splice(0).reverse()) await party.close();
  });

  function user(username: string, target?: string): SippUser {
    const { password } = server.account(username);
    return target === undefined ? { username, password } : { username, password, target };
  }

  /** A phone of SIPp that is registered, and plays its part when it is called. */
  async function listener(scenario: string, username: string, options: Partial<SippOptions> = {}): Promise<Sipp> {
    const probe = await Phone.start({ username, server: server.sip() });
    const { local } = probe;
    await probe.close();
    await registerFrom(local, server.sip(), [user(username)]);
    const sipp = await Sipp.start({ scenario, ...local, ...options });
    open.push(sipp, { close: () => forget(username) });
    return sipp;
  }

  /** Takes all bindings away (RFC 3261 §10.2.2), else the next test's calls ring there too. */
  async function forget(username: string): Promise<void> {
    const phone = await Phone.start({ username, password: server.account(username).password, server: server.sip() });
    await phone.register({ expires: 0, contact: '*' });
    await phone.close();
  }

  async function call(scenario: string, from: string, target: string, options: Partial<SippOptions> = {}) {
    return runSipp({ scenario, server: server.sip(), users: [user(from, target)], ...options });
  }

  it('registers, and refuses what is too brief', async () => {
    await runSipp({ scenario: 'register', server: server.sip(), users: [user('201-desk')], keys: { expires: '60' } });
    await runSipp({ scenario: 'register-too-brief', server: server.sip(), users: [user('201-desk')] });
    await forget('201-desk');
  });

  it('connects ten calls at a time', async () => {
    const called = await listener('uas-answered', '202-desk', { calls: 10, pauseMs: 50 });
    await call('uac-answered', '203-desk', '202', { calls: 10 });
    await called.finished();
  });

  it('hangs up for the called side', async () => {
    const called = await listener('uas-hangs-up', '202-desk', { pauseMs: 100 });
    await call('uac-hung-up', '203-desk', '202');
    await called.finished();
  });

  it('passes busy on', async () => {
    const called = await listener('uas-busy', '202-desk');
    await call('uac-busy', '203-desk', '202');
    await called.finished();
  });

  it('passes a CANCEL on', async () => {
    const called = await listener('uas-cancelled', '202-desk');
    await call('uac-cancel', '203-desk', '202');
    await called.finished();
  });

  it('gives up when nobody answers', async () => {
    const called = await listener('uas-no-answer', '202-desk');
    await call('uac-no-answer', '203-desk', '202');
    await called.finished();
  });

  it('tells the slower phone that the other answered', async () => {
    const slow = await listener('uas-answered-elsewhere', '201-desk');
    const quick = await listener('uas-answered', '201-qaller', { pauseMs: 300 });
    await call('uac-answered', '203-desk', '201');
    await Promise.all([slow.finished(), quick.finished()]);
  });

  for (const transport of ['udp', 'tcp'] as const) {
    it(`takes calls from a carrier on ${transport}, and refuses the same from a stranger`, async () => {
      const called = await listener('uas-answered', '201-desk', { pauseMs: 50, calls: 3 });
      const keys = { caller: '0612345678', number: '0851234568' };
      const trunk = { server: server.sip(transport), transport, keys };
      await runSipp({ scenario: 'trunk-in-refused', address: '127.0.0.22', ...trunk });
      await runSipp({ scenario: 'trunk-in', address: trunkAddress, calls: 3, ...trunk });
      await called.finished();
    });
  }

  it('calls the outside through a carrier', async () => {
    const carrier = await Sipp.start({ scenario: 'trunk-out', address: trunkAddress, port: trunkPort, pauseMs: 50 });
    open.push(carrier);
    await call('uac-answered', '203-desk', '0612345678');
    const { messages } = await carrier.finished();
    assert.match(messages, /INVITE sip:(\+316|06)12345678@/);
  });

  for (const [what, direction, label] of [
    ['100', 'from-server', '100 INVITE'],
    ['200', 'from-server', '200 INVITE'],
    ['ACK', 'to-server', 'ACK'],
  ] as const) {
    it(`gets a call over the loss of its ${what}, by retransmission`, async () => {
      const network = await LossyNetwork.open({ server: server.sip(), weather: loseOnce(direction, label) });
      open.push(network);
      const called = await listener('uas-answered', '202-desk', { pauseMs: 50 });
      const caller = { server: network.near, users: [user('203-desk', '202')] };
      await runSipp({ scenario: 'uac-answered', pauseMs: 1500, ...caller });
      await called.finished();
      assert.deepEqual(network.lost, [label]);
    });
  }
});
