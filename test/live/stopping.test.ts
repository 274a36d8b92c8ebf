import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Conversation } from '../support/phone/conversation.ts';
import { Phone } from '../support/phone/phone.ts';
import { ServerProcess } from '../support/server-process.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const command = [
  process.execPath,
  ...['--import', 'tsx', '--import', root('test/support/mortal-engine.ts'), root('src/main.ts')],
] as const;

describe('the exchange as a process that ends', function () {
  this.timeout(30_000);
  let server: ServerProcess;
  let phones: Phone[];

  beforeEach(async () => {
    server = await ServerProcess.start({ command });
    phones = [];
    for (const username of ['201-desk', '202-desk']) {
      const { password } = server.account(username);
      const phone = await Phone.start({ username, password, server: server.sip() });
      await phone.register();
      phones.push(phone);
    }
  });
  afterEach(async () => {
    await server.close();
    for (const phone of phones) await phone.close();
  });

  async function talking(): Promise<readonly [Conversation, Conversation]> {
    const [sanne, joris] = phones;
    assert.ok(sanne !== undefined && joris !== undefined);
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    return [await call.answered(), theirs];
  }

  it('hangs up every call, however often it is told to stop', async () => {
    const both = await talking();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) server.signal(name);
    assert.equal(await server.ended({ withinMs: 6000 }), 0);
    for (const { how, by } of await Promise.all(both.map(({ ended }) => ended))) {
      assert.deepEqual([how, by], ['hung-up', 'them']);
    }
  });

  it('ends with a clear line and code 1 when its SIP engine dies, so that a supervisor starts it anew', async () => {
    await talking();
    // The phones know that they talk before the exchange has seen the ACK.
    await server.lines.first('a call that is up', 5000, (line) => line['next'] === 'talking');
    server.signal('SIGUSR2');
    assert.equal(await server.ended({ withinMs: 8000 }), 1);
    assert.match(JSON.stringify(server.logged('fatal')), /SIP engine died/);
    const moves = server.lines.items.filter((line) => line['event'] === 'stopped');
    assert.deepEqual(
      moves.map(({ phase, next }) => [phase, next]),
      [['talking', 'over']],
    );
  });
});
