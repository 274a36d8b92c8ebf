import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Extension } from '../../src/directory/types.ts';
import { TestExchange } from '../support/exchange.ts';

describe('voicemail on the wire', function () {
  this.timeout(20_000);
  let folder: string;
  let test: TestExchange;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qaller-voicemail-'));
    test = await TestExchange.start({ QALLER_VOICEMAIL__FOLDER: folder });
  });
  after(async () => {
    await test.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers by itself, takes what is said until #, and hangs up', async () => {
    const { directory, voicemail } = test.exchange.store;
    const [tenant] = await directory.tenants();
    assert.ok(tenant);
    const user = await directory.userByExtension(tenant.id, '202' as Extension);
    assert.ok(user);
    await directory.save({ users: [{ ...user, personalRoute: { is: 'voicemail' } }] });
    const sanne = await test.registered('201-desk');
    const call = await sanne.invite('202');
    const talk = await call.answered();
    // The greeting is known.
    talk.press('#');
    await talk.hear(1000);
    talk.sendTone(440);
    // A message of some length.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    talk.press('#');
    const { record } = await test.call(1);
    assert.deepEqual([record.outcome, record.answeredBy, record.endedBy], ['voicemail', 'voicemail', 'us']);
    assert.deepEqual([record.legs, record.chain], [[], [`user ${user.id}`]]);
    const [message] = await voicemail.of(user.id, 10);
    assert.ok(message);
    assert.equal(message.from, '201');
    assert.ok(message.milliseconds > 1_000 && message.milliseconds < 3_500, String(message.milliseconds));
    assert.ok((await stat(join(folder, message.file))).size > 8_000);
  });
});
