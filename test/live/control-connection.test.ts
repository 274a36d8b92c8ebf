import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type SipEngine, startEngine } from '../../src/sip-engine/engine.ts';
import { TestExchange } from '../support/exchange.ts';
import type { Phone } from '../support/phone/phone.ts';

/** The exchange with a SIP server outside of it, and a control connection that can be cut. */
describe('a SIP server that is lost during a call', function () {
  this.timeout(20_000);
  let engine: SipEngine;
  let proxy: Server;
  let test: TestExchange;
  const sockets = new Set<Socket>();

  before(async () => {
    engine = await startEngine(
      { listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }], secret: 'made-up', timers: { t1: 100 } },
      () => undefined,
    );
    proxy = createServer((near) => {
      const far = connect(engine.control.port, engine.control.host);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    assert.ok(typeof address === 'object' && address !== null);
    test = await TestExchange.start({
      QALLER_SIP__LISTEN: '',
      QALLER_SIP__SERVER: 'drachtio',
      QALLER_SIP__HOST: '127.0.0.1',
      QALLER_SIP__PORT: String(address.port),
      QALLER_SIP__SECRET: 'made-up',
    });
  });
  after(async () => {
    await test.stop();
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await engine.close();
  });

  async function phone(username: string): Promise<Phone> {
    const [listener] = engine.listening;
    assert.ok(listener);
    return test.registered(username, { server: { address: listener.address, port: listener.port, transport: 'udp' } });
  }

  async function ready(): Promise<boolean> {
    const { address, port } = test.exchange.http;
    return (await fetch(`http://${address}:${String(port)}/readyz`)).ok;
  }

  it('ends the call on both sides, writes its record, and takes the next call when it is back', async () => {
    const [joris, sanne] = [await phone('202-desk'), await phone('201-desk')];
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    const ours = await call.answered();
    ours.sendTone(440);
    await theirs.hear(440);
    for (const socket of sockets) socket.destroy();
    const ends = await Promise.all([ours.ended, theirs.ended]);
    for (const { how, by } of ends) assert.deepEqual([how, by], ['hung-up', 'them']);
    const { record } = await test.call(1);
    assert.deepEqual([record.outcome, record.endedBy, record.fault], ['answered', 'us', 'SIP_SERVER_LOST']);
    for (let waited = 0; waited < 5000 && !(await ready()); waited += 100)
      await new Promise((wake) => setTimeout(wake, 100));
    assert.ok(await ready(), 'not ready again after five seconds');
    const again = await joris.invite('201');
    const second = await (await sanne.incomingCall()).answer();
    const talk = await again.answered();
    talk.sendTone(440);
    await second.hear(440);
    await talk.hangUp();
    await second.ended;
    await test.idle(20_000);
  });
});
