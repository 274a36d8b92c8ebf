import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Answer, type ApiWorld, people, startWorld } from '../../support/api/world.ts';

function isProblem(answer: Answer, status: number, code: string, detail: RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.deepEqual([answer.body.status, answer.body.code], [status, code]);
  assert.match(answer.body.detail, detail);
  assert.equal(typeof answer.body.title, 'string');
  assert.match(answer.body.type, /^urn:qaller:fault:[a-z-]+$/);
}

describe('a refusal of the API is a problem document', () => {
  let world: ApiWorld;
  let bob: string;

  before(async () => {
    world = await startWorld();
    bob = await world.signIn('bob');
  });
  after(() => world.stop());

  it('for an address that is not there', async () => {
    isProblem(await world.ask(undefined, 'GET', '/nowhere'), 404, 'NOT_FOUND', /\/docs lists/);
    isProblem(await world.ask(bob, 'GET', '/v1/me/nothing'), 404, 'NOT_FOUND', /no such address/);
  });

  it('for a method that the address does not know, with those that it knows', async () => {
    const answer = await world.ask(bob, 'PATCH', '/v1/me');
    isProblem(answer, 405, 'METHOD_NOT_ALLOWED', /use GET, HEAD/);
    assert.equal(answer.headers.get('allow'), 'GET, HEAD');
  });

  it('for an address that cannot be read', async () => {
    isProblem(await world.ask(bob, 'GET', '/v1/plans/%zz'), 400, 'BAD_REQUEST', /after each %/);
  });

  it('for a body that is no JSON, is not called JSON, is missing, or is too long', async () => {
    const put = (body: unknown, headers = {}) => world.ask(bob, 'PUT', '/v1/me/anonymous', body, headers);
    isProblem(await put('{"anonymous": tru'), 400, 'BAD_REQUEST', /not JSON: check its brackets/);
    isProblem(await put('{"__proto__": {"anonymous": true}}'), 400, 'BAD_REQUEST', /not JSON/);
    isProblem(await put('a=1', { 'content-type': 'text/plain' }), 415, 'NOT_JSON', /Content-Type: application\/json/);
    isProblem(await put(undefined), 400, 'BAD_REQUEST', /must be of type "object"/);
    isProblem(await put(JSON.stringify('x'.repeat(300_000))), 413, 'TOO_LARGE', /at most 256 KiB/);
  });

  it('for a body that is not as the schema says, with the place', async () => {
    const put = (body: unknown) => world.ask(bob, 'PUT', '/v1/me/anonymous', body);
    const misspelt = await put({ anonymous: true, anonymouse: true });
    isProblem(misspelt, 400, 'BAD_REQUEST', /"anonymouse" that is not known here: remove it/);
    isProblem(await put({}), 400, 'BAD_REQUEST', /lacks "anonymous": add it/);
    const wrongKind = await put({ anonymous: 'true' });
    isProblem(wrongKind, 400, 'BAD_REQUEST', /\/anonymous in the body must be of type "boolean"/);
    assert.equal(wrongKind.body.pointer, '/anonymous');
    const route = await world.ask(bob, 'PUT', '/v1/me/route', { is: 'divert', to: { kind: 'user', usr: 'anna' } });
    isProblem(route, 400, 'BAD_REQUEST', /\/to in the body (lacks "user"|has a property "usr")/);
    isProblem(
      await world.ask(bob, 'PUT', '/v1/me/route', { is: 'away' }),
      400,
      'BAD_REQUEST',
      /one of the choices in "is"/,
    );
  });

  it('for whoever did not sign in, with what to send', async () => {
    const answer = await world.ask(undefined, 'GET', '/v1/me');
    isProblem(answer, 401, 'NOT_SIGNED_IN', /POST \/v1\/sessions/);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  });

  it('for what is no HTTP', async () => {
    const { port } = new URL(world.url);
    const text = await new Promise<string>((resolve, reject) => {
      let all = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('INVITE sip:anna SIP/2.0\r\n\r\n'));
      socket.on('data', (chunk) => (all += chunk.toString('utf8')));
      socket.on('end', () => resolve(all));
      socket.on('error', reject);
    });
    assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    assert.match(text, /"code":"BAD_REQUEST"/);
  });

  it('for a bug of ours, which is told in the log and not to strangers', async () => {
    const { directory } = world.store;
    const { tenant } = directory;
    Object.assign(directory, { tenant: () => Promise.reject(new Error('the secret path /var/data')) });
    const answer = await world.ask(bob, 'GET', '/v1/me');
    Object.assign(directory, { tenant });
    isProblem(answer, 500, 'INTERNAL', /on our side, and the log has it/);
    assert.equal(answer.text.includes('secret path'), false);
    const line = world.lines.findLast(({ level }) => level === 'error');
    assert.match(JSON.stringify(line), /the secret path/);
  });

  it('and no log line has a token, a password or a body', async () => {
    await world.ask(undefined, 'POST', '/v1/sessions', { login: 'bob@example.com', password: 'guessed-password' });
    await world.ask(bob, 'GET', '/v1/me?token=in-the-address');
    const log = JSON.stringify(world.lines);
    for (const secret of [bob, 'guessed-password', 'in-the-address', 'correct horse', people.bob.name]) {
      assert.equal(log.includes(secret), false, secret);
    }
  });
});
