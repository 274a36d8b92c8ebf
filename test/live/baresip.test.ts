import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Baresip } from '../support/baresip.ts';
import { ServerProcess } from '../support/server-process.ts';
import { describeWith } from '../support/describe-with.ts';

/** Softphones of other people's making, from registration to what was heard. */
describeWith(['baresip', 'sox'], 'the exchange, with baresip', () => {
  let server: ServerProcess;
  const open: { close(): unknown }[] = [];

  before(async function () {
    this.timeout(30_000);
    // baresip 1.0 gives up at the first algorithm that it does not know, where RFC 8760 has it pass over it.
    server = await ServerProcess.start({ config: { sip: { digest: ['MD5'] } } });
  });

  after(() => server.stop());

  afterEach(async () => {
    for (const phone of open.splice(0).reverse()) await phone.close();
  });

  async function phone(username: string, tone: number, answers: 'auto' | 'manual' = 'auto'): Promise<Baresip> {
    const { password } = server.account(username);
    const started = await Baresip.start({ username, password, registrar: server.sip(), tone, answers });
    open.push(started);
    await started.registered();
    return started;
  }

  it('registers two, connects them, and each hears the other', async () => {
    const sanne = await phone('201-desk', 440);
    const joris = await phone('202-desk', 880, 'manual');
    const { address, port } = server.sip();
    await sanne.dial(`sip:202@${address}:${port}`);
    await joris.next('CALL_INCOMING');
    await sanne.next('CALL_RINGING');
    await joris.answer();
    await Promise.all([sanne.next('CALL_ESTABLISHED'), joris.next('CALL_ESTABLISHED')]);
    await sleep(1500);
    await joris.hangUp();
    await sanne.next('CALL_CLOSED');
    const heard = { sanne: await sanne.heard(880), joris: await joris.heard(440) };
    assert.ok(heard.sanne > 0.8 && heard.joris > 0.8, JSON.stringify(heard));
  });
});
