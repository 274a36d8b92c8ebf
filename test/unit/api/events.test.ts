import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { type ApiWorld, startWorld } from '../../support/api/world.ts';

/** An app that listens; `next()` waits for what is said. */
class App {
  readonly #said: unknown[] = [];
  readonly #waiting: ((message: unknown) => void)[] = [];
  readonly closed: Promise<number>;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString('utf8'));
      const wake = this.#waiting.shift();
      if (wake === undefined) this.#said.push(message);
      else wake(message);
    });
    this.closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects to be there
  next(): Promise<any> {
    const said = this.#said.shift();
    return said === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(said);
  }
}

describe('news over the WebSocket of the API', () => {
  let world: ApiWorld;
  let anna: string;
  let bob: string;
  let gina: string;
  const apps: App[] = [];

  before(async () => {
    world = await startWorld();
    anna = await world.signIn('anna');
    bob = await world.signIn('bob');
    gina = await world.signIn('gina');
  });
  afterEach(() => apps.splice(0).forEach(({ socket }) => socket.terminate()));
  after(() => world.stop());

  const address = () => `${world.url.replace('http', 'ws')}/v1/events`;
  const open = (protocols: string[] = []): App => {
    const app = new App(new WebSocket(address(), protocols));
    apps.push(app);
    return app;
  };
  const listen = async (token: string): Promise<App> => {
    const app = open();
    app.socket.on('open', () => app.socket.send(JSON.stringify({ token })));
    assert.equal((await app.next()).type, 'hello');
    return app;
  };

  it('come after the token was said in the first message, or offered as a protocol', async () => {
    await listen(bob);
    const browser = open(['qaller.v1', `token.${bob}`]);
    assert.deepEqual(await browser.next(), { type: 'hello', id: 'bob' });
    assert.equal(browser.socket.protocol, 'qaller.v1');
  });

  it('do not come to whoever is not signed in, nor to the token in the address', async () => {
    const wrong = open();
    wrong.socket.on('open', () => wrong.socket.send('{"token": "made-up-made-up-made-up"}'));
    const garbled = open();
    garbled.socket.on('open', () => garbled.socket.send('\u0000'));
    assert.deepEqual(await Promise.all([wrong.closed, garbled.closed]), [4401, 4401]);
    const silent = new App(new WebSocket(`${address()}?token=${bob}`));
    apps.push(silent);
    await new Promise((resolve) => silent.socket.on('open', resolve));
    // Who has said nothing for ten seconds is sent away.
    while (silent.socket.readyState === silent.socket.OPEN) {
      world.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(await silent.closed, 4401);
  });

  it('tell users of their own settings, on every app of theirs, and administrators of their company', async () => {
    const [one, other, boss, stranger] = await Promise.all([listen(bob), listen(bob), listen(anna), listen(gina)]);
    await world.ask(bob, 'PUT', '/v1/me/anonymous', { anonymous: true });
    for (const app of [one, other]) {
      const news = await app.next();
      assert.deepEqual([news.type, news.id, news.now.anonymous], ['me', 'bob', true]);
    }
    assert.equal((await boss.next()).type, 'user');
    const body = { id: 'lunch', name: 'Lunch', position: 1, group: 'A', to: { kind: 'hang-up' } };
    await world.ask(anna, 'POST', '/v1/plans/shop/diversions', body);
    await world.ask(anna, 'POST', '/v1/plans/shop/diversions', { ...body, id: 'closed' });
    await world.ask(anna, 'PUT', '/v1/plans/shop/diversions/lunch/state', { on: true });
    await world.ask(anna, 'PUT', '/v1/plans/shop/diversions/closed/state', { on: true });
    const told = [];
    for (let count = 0; count < 5; count++) {
      const { type, id, now } = await boss.next();
      told.push(`${String(type)} ${String(id)} ${String(now.on)}`);
    }
    assert.deepEqual(told, [
      'diversion lunch false',
      'diversion closed false',
      'diversion lunch true',
      'diversion lunch false',
      'diversion closed true',
    ]);
    // Their own next news are the first that the others get: nothing of the above came to them.
    await world.ask(bob, 'PUT', '/v1/me/anonymous', { anonymous: false });
    assert.equal((await one.next()).now.anonymous, false);
    await world.ask(gina, 'PUT', '/v1/me/anonymous', { anonymous: true });
    assert.equal((await stranger.next()).id, 'gina');
  });

  it('end when the session is revoked, for that session only', async () => {
    const second = await world.signIn('bob');
    const [gone, stays] = await Promise.all([listen(second), listen(bob)]);
    await world.ask(second, 'DELETE', '/v1/sessions/current');
    assert.equal(await gone.closed, 4403);
    await world.ask(bob, 'PUT', '/v1/me/anonymous', { anonymous: true });
    assert.equal((await stays.next()).type, 'me');
    await world.ask(anna, 'DELETE', '/v1/users/bob/sessions');
    assert.equal(await stays.closed, 4403);
  });

  it('are for a WebSocket: plain HTTP is told so', async () => {
    const answer = await world.ask(undefined, 'GET', '/v1/events');
    assert.equal(answer.status, 426);
    assert.equal(answer.body.code, 'UPGRADE_NEEDED');
  });

  it('end with 1001 when the exchange stops', async () => {
    const other = await startWorld();
    const app = new App(new WebSocket(`${other.url.replace('http', 'ws')}/v1/events`));
    await new Promise((resolve) => app.socket.on('open', resolve));
    await other.stop();
    assert.equal(await app.closed, 1001);
  });
});
