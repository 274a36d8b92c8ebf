import assert from 'node:assert/strict';
import { App } from '../support/reach/app.ts';
import { TestExchange } from '../support/exchange.ts';

const plan = '/v1/plans/voorbeeld-receptie';
const clients = 20;
/** A minute shows more than CI has time for: `QALLER_FLIP_SECONDS=60 npx mocha test/live/flipping.test.ts`. */
const seconds = Number(process.env['QALLER_FLIP_SECONDS'] ?? 3);

interface Diversion {
  readonly id: string;
  readonly group?: string;
  readonly on: boolean;
}

interface AuditEntry {
  readonly object: { readonly kind: string; readonly id: string };
  readonly did: string;
  readonly switchedOff?: string;
}

describe(`twenty clients who flip the diversions of one plan`, function () {
  this.timeout(seconds * 1000 + 20_000);
  let test: TestExchange;
  let apps: readonly App[];

  before(async () => {
    test = await TestExchange.start({
      QALLER_API__RATES: '{ requestsPerMinute: 1000000, signInsPerMinute: 1000 , signInsPerLogin: 1000 }',
    });
    const { address, port } = test.exchange.api;
    const admin = test.exchange.newLogins.find(({ role }) => role === 'admin');
    assert.ok(admin !== undefined);
    const app = await App.signIn(`http://${address}:${String(port)}`, admin.login, admin.password);
    apps = Array.from({ length: clients }, () => app);
    for (const [index, group] of ['A', 'B', 'B', 'B'].entries()) {
      const extra = {
        ...{ name: `Extra ${String(index)}`, group, position: 10 + index },
        to: { kind: 'user', user: 'voorbeeld-203' },
      };
      await app.does('PUT', `${plan}/diversions/extra-${String(index)}`, extra, { 'if-none-match': '*' });
    }
  });
  after(() => test.stop());

  it('never see two on in one group, and the audit trail tells the same as the plan', async () => {
    const until = performance.now() + seconds * 1000;
    const [watcher = App.stranger('')] = apps;
    const ids = (await diversions(watcher)).map(({ id }) => id);
    let flips = 0;
    let looks = 0;
    const flipping = apps.map(async (app, client) => {
      for (let turn = 0; performance.now() < until; turn++) {
        const id = ids[(client * 7 + turn * 3) % ids.length] ?? '';
        await app.does('PUT', `${plan}/diversions/${id}/state`, { on: (client + turn) % 4 !== 0 });
        flips += 1;
      }
    });
    const watching = async (): Promise<void> => {
      while (performance.now() < until) {
        demandOnePerGroup(await diversions(watcher));
        looks += 1;
      }
    };
    await Promise.all([...flipping, watching()]);
    assert.ok(flips > clients * seconds * 2, `only ${String(flips)} flips`);
    assert.ok(looks > seconds, `only ${String(looks)} looks`);

    const found = await diversions(watcher);
    demandOnePerGroup(found);
    const told = new Set<string>();
    for (const { object, did, switchedOff } of await trail(watcher)) {
      if (object.kind !== 'diversion') continue;
      if (did === 'switched-on') {
        assert.ok(!told.has(object.id), `${object.id} was put on twice`);
        if (switchedOff !== undefined) assert.ok(told.delete(switchedOff), `${switchedOff} was not on`);
        told.add(object.id);
      } else if (did === 'switched-off') assert.ok(told.delete(object.id), `${object.id} was not on`);
    }
    assert.deepEqual(
      [...told].sort(),
      found
        .filter(({ on }) => on)
        .map(({ id }) => id)
        .sort(),
    );
  });
});

async function diversions(app: App): Promise<readonly Diversion[]> {
  return ((await app.does('GET', `${plan}/diversions`)) as { items: readonly Diversion[] }).items;
}

function demandOnePerGroup(all: readonly Diversion[]): void {
  const on = all.filter((one) => one.on && one.group !== undefined).map(({ group }) => group);
  assert.equal(new Set(on).size, on.length, `two are on in one group: ${JSON.stringify(all)}`);
}

/** The whole trail, the earliest first. */
async function trail(app: App): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let path: string | undefined = '/v1/audit?limit=200';
  while (path !== undefined) {
    const page = (await app.does('GET', path)) as { items: readonly AuditEntry[]; next?: string };
    entries.push(...page.items);
    path = page.next === undefined ? undefined : `/v1/audit?limit=200&cursor=${encodeURIComponent(page.next)}`;
  }
  return entries.reverse();
}
