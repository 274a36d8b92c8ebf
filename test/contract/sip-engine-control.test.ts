import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Authority, type Certificate, renew } from '../support/certificates.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import {
  connectApplication,
  newApplication,
  type Rig,
  sdp,
  settled,
  startRig,
  type TestDialog,
  until,
} from './sip-engine/rig.ts';

describe('the control port over TLS', function () {
  this.timeout(20_000);
  let authority: Authority;
  let certificate: Certificate;
  let rig: Rig;

  before(async () => {
    authority = new Authority();
    certificate = authority.certificate('IP:127.0.0.1');
    const tls = { keyFile: certificate.key, certificateFile: certificate.cert };
    const here = { address: '127.0.0.1', port: 0 };
    rig = await startRig({ control: [{ ...here, tls }, here, here] });
  });
  after(async () => {
    await rig.close();
    authority.remove();
  });

  const securePort = (): number => rig.engine.controlPorts[0]?.port ?? 0;

  async function shown(): Promise<string> {
    const socket = connectTls({ host: '127.0.0.1', port: securePort(), ca: readFileSync(authority.cert) });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  }

  it('serves drachtio-srf, beside two plain ports', async () => {
    assert.equal(new Set(rig.engine.controlPorts.map(({ port }) => port)).size, 3);
    assert.equal(rig.engine.control.port, rig.engine.controlPorts[1]?.port);
    const srf = newApplication();
    srf.options((_, res) => res.send(200));
    const tls = { ca: readFileSync(authority.cert) };
    srf.connect({ host: '127.0.0.1', port: securePort(), secret: 'geheim', tls } as Parameters<typeof srf.connect>[0]);
    await once(srf, 'connect');
    await rig.routed('OPTIONS');
    const alice = await Peer.udp('alice');
    alice.send(alice.request('OPTIONS', `sip:127.0.0.1:${String(rig.udp.port)}`), rig.udp);
    await alice.takes(200, 'OPTIONS');
    await alice.close();
    srf.disconnect();
    await until(async () => (await rig.engine.stats()).applications === 1, 'it is still there');
  });

  it('shows a renewed certificate when told to read it, and the old one where the new is none', async () => {
    const before = await shown();
    renew(certificate, authority.certificate('IP:127.0.0.1'));
    rig.engine.reloadCertificates();
    let after = before;
    await until(async () => (after = await shown()) !== before, 'the certificate is the old one');
    renew(certificate, { key: authority.cert, cert: authority.cert });
    rig.engine.reloadCertificates();
    await until(
      () =>
        rig.events.some((event) => event.type === 'log' && event.text.startsWith('the certificate of a control port')),
      'nothing was logged',
    );
    assert.equal(await shown(), after);
  });
});

describe('the control port', function () {
  this.timeout(20_000);
  // What is under test here is one application, and not how the engine keeps its own head above water.
  const overload = { busy: 0, lagMs: 0, backlogBytes: 0, maxPending: 0 };
  let rig: Rig;
  let alice: Peer;

  before(async () => {
    rig = await startRig({ overload });
  });
  beforeEach(async () => {
    alice = await Peer.tcp('alice', rig.tcp);
  });
  afterEach(async () => {
    await settled(rig.engine);
    await alice.close();
  });
  after(() => rig.close());

  const port = (): number => rig.engine.control.port;
  const svc = (): string => `sip:svc@127.0.0.1:${String(rig.tcp.port)};transport=tcp`;

  async function closed(written: string | Buffer): Promise<string> {
    const socket: Socket = connect(port(), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const end = once(socket, 'close');
    socket.write(written);
    await end;
    return heard;
  }

  it('hangs up on what is in no frames, on giant lengths, and on strangers', async () => {
    for (const garbage of [
      'GET / HTTP/1.1\r\n\r\n',
      '#',
      '99999999999',
      '1000000#m1|authenticate|',
      Buffer.alloc(64, 255),
    ])
      assert.equal(await closed(garbage), '');
    assert.match(await closed('16#m1|route|invite|'), /\|response\|m1\|NO\|authenticate first$/);
    assert.equal((await rig.engine.stats()).applications, 1);
  });

  it('reads a long frame that comes byte by byte', async () => {
    const client = await FrameClient.open(port());
    assert.equal((await client.ask('authenticate|geheim|slow'))[0], 'OK');
    const payload = `m9|sip||\r\nOPTIONS ${alice.uri.replace('127.0.0.1', 'nowhere.invalid')} SIP/2.0\r\nX-Long: ${'x'.repeat(3000)}\r\n\r\n`;
    const frame = `${String(Buffer.byteLength(payload))}#${payload}`;
    const answer = client.answer('m9');
    for (const byte of frame) client.write(byte);
    assert.equal((await answer).fields[3], 'OK');
    assert.deepEqual(await client.ask('ping'), ['OK', 'pong']);
    client.close();
    await until(async () => (await rig.engine.stats()).applications === 1, 'it is still there');
  });

  for (const [what, applicationBacklogBytes, stalledConnectionMs] of [
    ['leaves too much unread', 1_000_000, 0],
    ['takes nothing for too long', 0, 500],
  ] as const)
    it(`lets go of an application that ${what}, and says so once`, async () => {
      const deaf = await startRig({ overload, limits: { applicationBacklogBytes, stalledConnectionMs } });
      const bob = await Peer.tcp('bob', deaf.tcp);
      const socket = connect(deaf.engine.control.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const frame = (meta: string): string => `${String(meta.length)}#${meta}`;
      socket.write(frame('m1|authenticate|geheim|deaf') + frame('m2|route|message'));
      await deaf.routed('MESSAGE');
      socket.pause();
      const body = 'x'.repeat(50_000);
      const gone = async (): Promise<boolean> => !(await deaf.engine.stats()).routed.includes('MESSAGE');
      for (let sent = 0; sent < 400 && !(await gone()); sent++)
        bob.send(bob.request('MESSAGE', svc(), { 'Content-Type': 'text/plain' }, body), deaf.tcp);
      await until(gone, 'it was not let go');
      const said = deaf.events.filter((event) => event.type === 'log' && event.text.includes('does not read'));
      assert.equal(said.length, 1);
      assert.match(JSON.stringify(said), /127\.0\.0\.1:\d+ deaf/);
      socket.destroy();
      await bob.close();
      await deaf.close();
    });

  it('ends the calls of a lost connection, and serves drachtio-srf when it is back', async () => {
    const srf = newApplication();
    srf.on('error', () => undefined);
    let dialog: TestDialog | undefined;
    let socket: Socket | undefined;
    srf.invite((req, res) => {
      ({ socket } = req as unknown as { socket: Socket });
      void srf.createUAS(req, res, { localSdp: sdp }).then((made) => (dialog = made));
    });
    await connectApplication(srf, rig.engine);
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.tcp);
    alice.send(alice.ack(invite, await alice.takes(200, 'INVITE')), rig.tcp);
    await until(() => dialog !== undefined, 'the call is not up');
    const back = once(srf, 'connect');
    socket!.destroy();
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.tcp);
    await back;
    // Why no dialog is kept for an application that comes back: on its old socket it could not even hang up.
    await assert.rejects(dialog!.request({ method: 'INFO' }));
    await rig.routed('INVITE');
    const again = alice.request('INVITE', svc(), {}, sdp);
    alice.send(again, rig.tcp);
    const ok = await alice.takes(200, 'INVITE', again);
    alice.send(alice.ack(again, ok), rig.tcp);
    alice.send(alice.follow(again, ok, 'BYE', 2), rig.tcp);
    await alice.takes(200, 'BYE', again);
    srf.disconnect();
    await until(async () => (await rig.engine.stats()).applications === 1, 'it is still there');
  });
});
