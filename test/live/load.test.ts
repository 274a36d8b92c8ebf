import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { RelayPlane } from '../../src/media/relay/plane.ts';
import { toneG711 } from '../../src/media/audio/tone.ts';
import { TestExchange } from '../support/exchange.ts';
import { freePort } from '../support/free-port.ts';
import { registerFrom, runSipp, Sipp, type SippUser } from '../support/sipp.ts';
import { describeWith } from '../support/describe-with.ts';

describeWith(['sipp'], 'three hundred calls at twenty a second, with sound', () => {
  let test: TestExchange;

  before(async () => {
    test = await TestExchange.start({
      QALLER_SIP__DIGEST: '[MD5]',
      QALLER_SIP__LIMITS__CALLS_PER_USER: '100',
    });
  });
  after(() => test.stop());

  const user = (username: string, target?: string): SippUser => {
    const account = test.exchange.newAccounts.find((candidate) => candidate.username === username);
    const password = account?.password ?? '';
    return target === undefined ? { username, password } : { username, password, target };
  };

  /** Open files and sockets of this process, but for sockets that the relay keeps bound for its next calls. */
  async function handles(): Promise<number> {
    const { media } = test.exchange;
    assert.ok(media instanceof RelayPlane);
    const { pairsWarm } = await media.stats();
    return (await readdir('/proc/self/fd')).length - 2 * pairsWarm;
  }

  async function calls(count: number): Promise<void> {
    const port = await freePort();
    await registerFrom({ address: '127.0.0.1', port }, test.server(), [user('202-desk')]);
    const called = await Sipp.start({
      scenario: 'uas-answered',
      address: '127.0.0.1',
      port,
      calls: count,
      pauseMs: 100,
      echo: true,
    });
    const caller = await runSipp({
      scenario: 'uac-media',
      server: test.server(),
      users: [user('203-desk', '202')],
      calls: count,
      rate: 20,
      pauseMs: 1000,
      sound: Buffer.from(toneG711(440, 1000, 'PCMA')),
    });
    const report = await called.finished();
    await called.close();
    assert.equal(caller.failed, 0);
    assert.equal(caller.succeeded, count);
    assert.equal(caller.retransmissions, 0, 'the caller had to repeat itself');
    assert.equal(report.retransmissions, 0, 'the called phone had to repeat itself');
    const phone = await test.phone('202-desk');
    await phone.register({ expires: 0, contact: '*' });
    await phone.close();
  }

  it('leave three hundred records, no retransmission, no open handle', async function () {
    this.timeout(150_000);
    await calls(20);
    await test.call(20, 10_000);
    const before = await handles();
    const sentBefore = await test.exchange.sipServer.stats?.();
    await calls(300);
    const sentAfter = await test.exchange.sipServer.stats?.();
    assert.equal(sentAfter?.retransmissionsSent, sentBefore?.retransmissionsSent, 'we repeated ourselves');
    assert.equal(test.ended.length, 320);
    assert.equal(await test.exchange.store.records.count(), 320);
    for (const { record } of test.ended) {
      assert.equal(record.outcome, 'answered');
      assert.ok((record.media?.caller.packetsReceived ?? 0) > 20, 'no sound from the caller');
      assert.ok((record.media?.callee.packetsReceived ?? 0) > 20, 'no sound back from the called phone');
    }
    await test.idle(60_000);
    assert.equal(await handles(), before);
  });
});
