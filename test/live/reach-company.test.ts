import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { Phone } from '../support/phone/phone.ts';
import { App, type Answer, type Method } from '../support/reach/app.ts';
import { type Party, ReachCompany, sim } from '../support/reach/company.ts';

const reception = '0851234567';
const receptionPlan = '/v1/plans/voorbeeld-receptie';
const operatorToken = 'operator-token-of-a-test-0123456789';
const ownTrunk = '127.0.0.34';

const everybody: readonly Party[] = ['201-desk', '201-qaller', '202-desk', '203-desk'];
const anew = { 'if-none-match': '*' };

describe('what administrators set', function () {
  this.timeout(20_000);
  let company: ReachCompany;
  let sanne: App;
  let operator: App;
  const phones: Phone[] = [];

  before(async () => {
    company = await ReachCompany.start({
      QALLER_API__OPERATOR_TOKEN: operatorToken,
      QALLER_API__PRIVATE_TRUNKS: 'true',
    });
    sanne = company.apps.sanne;
    operator = App.withToken(sanne.base, operatorToken);
  });
  afterEach(async () => {
    for (const phone of phones.splice(0)) await phone.close();
  });
  after(() => company.stop());

  /** Sees that nobody else may, and then does it. @param next what the company next door may be told; nothing: there is nothing of ours in it */
  async function only(
    by: App,
    [method, path, body, headers]: readonly [Method, string, unknown?, Record<string, string>?],
    next: readonly number[] = [404, 422],
  ): Promise<Answer> {
    const { stranger, joris, neighbour } = company.apps;
    assert.equal((await stranger.ask(method, path, body, headers)).status, 401);
    assert.equal((await joris.ask(method, path, body, headers)).status, 403);
    if (next.length > 0) assert.ok(next.includes((await neighbour.ask(method, path, body, headers)).status));
    const answer = await by.ask(method, path, body, headers);
    assert.ok(answer.status < 300, `${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Changes some of an object, as an administrator's page does: reads it, and writes all of it back. */
  async function change(
    path: string,
    some: Record<string, unknown>,
    leave: readonly string[],
  ): Promise<() => Promise<void>> {
    const read = await sanne.ask('GET', path);
    const whole = Object.fromEntries(Object.entries(read.body as object).filter(([key]) => !leave.includes(key)));
    const match = (answer: Answer) => ({ 'if-match': answer.headers.get('etag') ?? '' });
    await only(sanne, ['PUT', path, { ...whole, ...some }, match(read)]);
    assert.equal((await sanne.ask('PUT', path, whole, match(read))).status, 412, 'an older state was written over');
    return async () => {
      await sanne.does('PUT', path, whole, match(await sanne.ask('GET', path)));
    };
  }

  async function rings(from: Party, dialled: string, ...expected: readonly Party[]): Promise<void> {
    await company.rings(from, dialled, expected);
  }

  it('the steps of a plan, with one who changed it meanwhile being told', async () => {
    await rings('carrier', reception, ...everybody);
    const who = [{ kind: 'extension', extension: '203' }];
    const step = { do: 'ring', who, order: 'together', seconds: 5, waiting: 'ringback' };
    const undo = await change(receptionPlan, { steps: [step] }, ['id']);
    await rings('carrier', reception, '203-desk');
    await undo();
    await rings('carrier', reception, ...everybody);
  });

  it('a diversion, made, put on until a time, and removed', async () => {
    const path = `${receptionPlan}/diversions/even-weg`;
    const body = { name: 'Even weg', position: 9, to: { kind: 'user', user: 'voorbeeld-203' } };
    await only(sanne, ['PUT', path, body, anew]);
    const until = new Date(Date.now() + 1_500).toISOString();
    await only(sanne, ['PUT', `${path}/state`, { on: true, until }]);
    await rings('carrier', reception, '203-desk');
    await later(Math.max(0, Date.parse(until) - Date.now()));
    await rings('carrier', reception, ...everybody);
    await only(sanne, ['DELETE', path]);
  });

  it('somebody’s extension, circles and numbers', async () => {
    const undo = await change(
      '/v1/users/voorbeeld-203',
      { extension: '213', circles: ['qaller'], presentableNumbers: ['+31851234568'] },
      ['id', 'login', 'route', 'mobileNumber', 'vamosNumber'],
    );
    const { fatima } = company.apps;
    const { ringTargets } = (await fatima.does('GET', '/v1/me')) as { ringTargets: object };
    assert.deepEqual(Object.keys(ringTargets), ['qaller']);
    assert.equal((await (await company.party('202-desk').invite('203')).finished()).status, 404);
    assert.equal((await (await company.party('202-desk').invite('213')).finished()).status, 480);
    const [invite] = await company.rings('203-desk', '020-1234567', ['carrier']);
    assert.match(invite?.request.headers.get('From') ?? '', /^<sip:\+31851234568@/);
    await undo();
    await fatima.does('PUT', '/v1/me/ring-targets', { desk: true });
    await rings('202-desk', '203', '203-desk');
  });

  it('who is an administrator', async () => {
    const undo = await change('/v1/users/voorbeeld-203', { role: 'admin' }, [
      ...['id', 'login', 'route', 'mobileNumber', 'vamosNumber'],
    ]);
    await company.apps.fatima.does('GET', '/v1/plans');
    await undo();
    assert.equal((await company.apps.fatima.ask('GET', '/v1/plans')).status, 403);
  });

  it('telephones: a new one registers and rings, and one that is removed does neither', async () => {
    const path = '/v1/users/voorbeeld-202/devices';
    // The circle has to be enabled first.
    const undo = await change('/v1/users/voorbeeld-202', { circles: ['desk', 'browser'] }, [
      ...['id', 'login', 'route', 'mobileNumber', 'vamosNumber'],
    ]);
    await company.apps.joris.does('PUT', '/v1/me/ring-targets', { desk: true, browser: true });
    const made = await only(sanne, ['POST', path, { kind: 'browser' }]);
    const { device, password } = made.body as { device: { id: string; username: string }; password: string };
    const browser = await company.test.stranger(device.username, password);
    await browser.register();
    const call = await company.party('203-desk').invite('202');
    const [, atBrowser] = await Promise.all([company.party('202-desk').incomingCall(), browser.incomingCall()]);
    atBrowser.ring();
    await call.cancel();
    await Promise.all([call.finished(), atBrowser.ended]);
    await only(sanne, ['DELETE', `/v1/devices/${device.id}`]);
    await rings('203-desk', '202', '202-desk');
    assert.equal(browser.log.received('INVITE').length, 1);
    assert.equal((await browser.tryToRegister()).status, 401);
    await undo();
  });

  it('a line of the company’s own, by which its calls go out from then on', async () => {
    const port = await freePort(ownTrunk);
    const line = await Phone.start({ username: 'line', server: company.test.server(), address: ownTrunk, port });
    phones.push(line);
    const body = {
      ...{ host: ownTrunk, port, transport: 'udp', priority: 0, format: 'international', country: 'NL' },
      ...{ inbound: false, auth: { username: 'voorbeeld', password: 'made-up-password' } },
    };
    await only(sanne, ['PUT', '/v1/trunks/eigen-lijn', body, anew], []);
    await later(1_000); // within a second
    const call = await company.party('201-desk').invite('020-1234567');
    const incoming = await line.incomingCall();
    assert.ok(incoming.request.uri.startsWith('sip:0031201234567@'), incoming.request.uri);
    assert.match(incoming.request.headers.get('From') ?? '', /^<sip:0031851234567@/);
    await call.cancel();
    await call.finished();
    await only(sanne, ['DELETE', '/v1/trunks/eigen-lijn']);
    await later(1_000);
    await rings('201-desk', '020-1234567', 'carrier');
  });

  it('of the operator: which company a number is of, and whose a SIM is', async () => {
    const number = '/v1/tenants/voorbeeld/numbers/+31851234599';
    for (const app of [sanne, company.apps.joris, company.apps.neighbour])
      assert.equal((await app.ask('PUT', number, { plan: 'voorbeeld-direct' })).status, 403);
    assert.equal((await (await company.party('carrier').invite('0851234599')).finished()).status, 404);
    await operator.does('PUT', number, { plan: 'voorbeeld-direct' });
    await rings('carrier', '0851234599', '201-desk', '201-qaller');

    const vamos = '/v1/tenants/voorbeeld/users/voorbeeld-201/vamos-number';
    assert.equal((await sanne.ask('PUT', vamos, { number: sim })).status, 403);
    await operator.does('PUT', vamos, { number: sim });
    await sanne.does('PUT', '/v1/me/ring-targets/vamos', { on: true });
    await rings('carrier', '0851234599', '201-desk', '201-qaller', 'operator');
    // And the SIM calls as she does, by the operator: an extension, and the outside with her number.
    const call = await company
      .party('operator')
      .invite('202', { headers: { 'P-Asserted-Identity': `<sip:${sim}@example.com>` } });
    const incoming = await company.party('202-desk').incomingCall();
    assert.match(incoming.request.headers.get('From') ?? '', /^"Sanne de Vries" <sip:201@/);
    await call.cancel();
    await Promise.all([call.finished(), incoming.ended]);
    const [out] = await company.rings('operator', '020-1234567', ['carrier'], sim);
    assert.match(out?.request.headers.get('From') ?? '', /^<sip:\+31851234567@/);
    await operator.does('DELETE', vamos);
    await operator.does('DELETE', number);
  });

  it('and the removal of somebody, whom plans pass over from then on', async () => {
    await only(sanne, ['DELETE', '/v1/users/voorbeeld-203']);
    await rings('carrier', reception, '201-desk', '201-qaller', '202-desk');
    assert.equal((await (await company.party('202-desk').invite('203')).finished()).status, 404);
    assert.equal((await company.apps.fatima.ask('GET', '/v1/me')).status, 401);
    const trail = (await sanne.does('GET', '/v1/audit')) as {
      items: readonly { did: string; object: { id: string } }[];
    };
    assert.deepEqual([trail.items[0]?.did, trail.items[0]?.object.id], ['removed', 'voorbeeld-203']);
  });
});
