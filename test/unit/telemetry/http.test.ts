import assert from 'node:assert/strict';
import { type Readiness, type RunningHttp, startHttp } from '../../../src/telemetry/http.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

describe('health and metrics over HTTP', () => {
  let http: RunningHttp;
  let parts: readonly Readiness[] | Error;

  const start = (port: number, address = '127.0.0.1') =>
    startHttp({
      address,
      port,
      metrics: createMetrics(),
      readiness: () => (parts instanceof Error ? Promise.reject(parts) : Promise.resolve(parts)),
    });
  const get = (path: string) => fetch(`http://${http.address}:${http.port}${path}`);

  beforeEach(async () => {
    parts = [{ name: 'store', ok: true, detail: '' }];
    const started = await start(0);
    assert.ok(started.ok);
    http = started.value;
  });

  afterEach(() => http.close());

  it('says that the process lives', async () => {
    assert.equal((await get('/healthz')).status, 200);
  });

  it('is ready when every part is', async () => {
    const response = await get('/readyz');
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { status: 'ready', parts });
  });

  it('is not ready when one part is not, says why, and lives all the same', async () => {
    parts = [
      { name: 'store', ok: false, detail: 'the disk is full' },
      { name: 'sip', ok: true, detail: '' },
    ];
    const response = await get('/readyz');
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), { status: 'not ready', parts });
    assert.equal((await get('/healthz')).status, 200);
  });

  it('is not ready when it cannot be found out', async () => {
    parts = new Error('nobody answers');
    const response = await get('/readyz');
    assert.equal(response.status, 503);
    assert.match(await response.text(), /nobody answers/);
  });

  it('gives metrics as Prometheus reads them', async () => {
    const response = await get('/metrics');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(await response.text(), /^# TYPE qaller_calls_started_total counter$/m);
  });

  it('knows nothing else', async () => {
    assert.equal((await get('/')).status, 404);
  });

  it('says which port is taken, and what to do', async () => {
    const second = await start(http.port);
    assert.ok(!second.ok);
    assert.match(second.error, new RegExp(`127\\.0\\.0\\.1 port ${http.port} already: stop it, or set http\\.port`));
  });

  it('says that an address is not of this machine', async () => {
    const second = await start(0, '192.0.2.1');
    assert.ok(!second.ok);
    assert.match(second.error, /192\.0\.2\.1 is not an address of this machine/);
  });

  it('can be closed twice, and is gone then', async () => {
    await http.close();
    await http.close();
    await assert.rejects(get('/healthz'));
  });
});
