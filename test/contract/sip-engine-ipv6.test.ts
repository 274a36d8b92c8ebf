import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Assembly, assemble } from '../../src/sip-engine/assembly.ts';
import { type ListenAddress, startEngine } from '../../src/sip-engine/engine.ts';
import { settingsOf } from '../../src/sip-engine/options.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, sdp, settled, startRig, type TestDialog, type TestRequest, until } from './sip-engine/rig.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('the SIP engine over IPv6', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  before(async function () {
    // A machine, or container, whose kernel has IPv6 switched off.
    if (!hasIpv6) this.skip();
    rig = await startRig({
      listen: [
        { transport: 'udp', address: '::1', port: 0 },
        { transport: 'tcp', address: '0:0:0:0:0:0:0:1', port: 0 },
        { transport: 'udp', address: '127.0.0.1', port: 0 },
      ],
    });
  });
  after(() => rig.close());
  beforeEach(async () => {
    await rig.renew();
    alice = await Peer.udp('alice', '::1');
    bob = await Peer.udp('bob', '::1');
  });
  afterEach(async () => {
    await alice.close();
    await bob.close();
  });

  const here = (): string => `[::1]:${String(rig.udp.port)}`;

  it('takes a call, and says its address in brackets wherever the grammar wants them', async () => {
    const answered = new Promise<{ req: TestRequest; dialog: TestDialog }>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then((dialog) => resolve({ req, dialog }), reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', `sip:service@${here()}`, {}, sdp);
    alice.send(invite, rig.udp);
    const ok = await alice.takes(200, 'INVITE');
    assert.match(ok.headers.get('Via') ?? '', new RegExp(`;rport=${String(alice.port)};received=::1$`));
    assert.equal(ok.headers.get('Contact'), `<sip:${here()}>`);
    alice.send(alice.ack(invite, ok), rig.udp);
    const { req, dialog } = await answered;
    assert.equal(req.source_address, '::1');
    assert.equal(req.receivedOn, here());
    const ended = once(dialog, 'destroy');
    alice.send(alice.follow(invite, ok, 'BYE', 2), rig.udp);
    await alice.takes(200, 'BYE');
    await ended;
    await settled(rig.engine);
  });

  it('calls, in whatever spelling the address is given', async () => {
    const uri = `sip:bob@[0:0:0:0:0:0:0:1]:${String(bob.port)}`;
    const calling = rig.srf.createUAC(uri, { localSdp: sdp, headers: { From: '<sip:me@localhost>' } });
    const invite = await bob.takesRequest('INVITE');
    assert.equal(invite.uri, uri);
    assert.match(
      invite.headers.get('Via') ?? '',
      new RegExp(`^SIP/2.0/UDP \\[::1\\]:${String(rig.udp.port)};rport;branch=`),
    );
    assert.equal(invite.headers.get('Contact'), `<sip:${here()}>`);
    assert.match(invite.headers.get('From') ?? '', new RegExp(`^<sip:me@\\[::1\\]:${String(rig.udp.port)}>;tag=`));
    bob.send(bob.answer(invite, 200, { Contact: `<sip:bob@[::1]:${String(bob.port)}>` }, sdp), rig.udp);
    const dialog = await calling;
    await bob.takesRequest('ACK');
    void dialog.destroy();
    const bye = await bob.takesRequest('BYE');
    bob.send(bob.answer(bye, 200), rig.udp);
    await settled(rig.engine);
  });

  it('calls over TCP, and uses that connection both ways', async () => {
    const server = createServer();
    server.listen(0, '::1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const calling = rig.srf.createUAC(`sip:bob@[::1]:${String(port)};transport=tcp`, { localSdp: sdp });
    const [socket] = (await once(server, 'connection')) as [Parameters<typeof Peer.over>[1]];
    const carol = Peer.over('carol', socket);
    const invite = await carol.takesRequest('INVITE');
    assert.match(invite.headers.get('Via') ?? '', /^SIP\/2.0\/TCP \[::1\]:\d+;branch=/);
    assert.match(invite.headers.get('Contact') ?? '', /^<sip:\[::1\]:\d+;transport=tcp>$/);
    carol.send(carol.answer(invite, 200, {}, sdp), rig.tcp);
    const dialog = await calling;
    const ack = await carol.takesRequest('ACK');
    assert.match(ack.uri, /^sip:carol@\[::1\]/);
    const ended = once(dialog, 'destroy');
    carol.send(carol.reverse(invite, 'BYE', 1), rig.tcp);
    await carol.takes(200, 'BYE');
    await ended;
    await settled(rig.engine);
    await carol.close();
    server.close();
    await until(async () => (await rig.engine.stats()).connections === 0, 'the connection is still there');
  });

  it('bridges a call of IPv4 to IPv6, each leg with its own address', async () => {
    const dave = await Peer.udp('dave');
    const { port } = rig.engine.listening.find(({ address }) => address === '127.0.0.1') ?? { port: 0 };
    const four = { address: '127.0.0.1', port };
    rig.srf.invite((req, res) => {
      void rig.srf.createB2BUA(req, res, bob.uri).then(({ uas, uac }) => {
        uas.on('destroy', () => void uac.destroy());
      });
    });
    await rig.routed('INVITE');
    const invite = dave.request('INVITE', `sip:service@127.0.0.1:${String(port)}`, {}, sdp);
    dave.send(invite, four);
    const onward = await bob.takesRequest('INVITE');
    assert.match(onward.headers.get('Contact') ?? '', /\[::1\]/);
    bob.send(bob.answer(onward, 200, {}, sdp), rig.udp);
    const ok = await dave.takes(200, 'INVITE');
    assert.match(ok.headers.get('Contact') ?? '', /127\.0\.0\.1/);
    dave.send(dave.ack(invite, ok), four);
    await bob.takesRequest('ACK');
    await until(() => rig.engine.stats().then(({ dialogs }) => dialogs === 2), 'the call is not up');
    dave.send(dave.follow(invite, ok, 'BYE', 2), four);
    await dave.takes(200, 'BYE');
    const bye = await bob.takesRequest('BYE');
    bob.send(bob.answer(bye, 200), rig.udp);
    await settled(rig.engine);
    await dave.close();
  });

  it('knows itself in every spelling, and refuses a family on which it does not listen', async () => {
    const only = await startEngine(
      { listen: [{ transport: 'udp', address: '::1', port: 0 }], secret: 'geheim' },
      () => undefined,
    );
    const client = await FrameClient.open(only.control.port);
    const [, outside] = await client.ask('authenticate|geheim|');
    const port = String(only.listening[0]?.port);
    assert.equal(outside, `udp/[::1]:${port}`);
    const ask = (host: string): Promise<readonly string[]> =>
      client.ask('sip|||', `OPTIONS sip:${host}:${port} SIP/2.0\r\n\r\n`);
    assert.deepEqual(await ask('[0::0:1]'), ['NOK', 'can not send request to myself']);
    assert.deepEqual(await ask('127.0.0.1'), ['NOK', 'requested protocol/transport not available']);
    const [verdict, , , , address] = await client.ask('sip|||', `OPTIONS ${alice.uri} SIP/2.0\r\n\r\n`);
    assert.deepEqual([verdict, address], ['OK', '[::1]']);
    const asked = await alice.takesRequest('OPTIONS');
    alice.send(alice.answer(asked, 200), { address: '::1', port: Number(port) });
    assert.equal((await client.sip()).fields[5], '::1');
    client.close();
    await only.close();
  });

  it('listens on all addresses of both families at one port, and says which address it cannot use', async () => {
    const open = (...listen: readonly ListenAddress[]): Promise<Assembly> =>
      assemble(settingsOf({ listen, secret: 'x' }), () => undefined);
    const every = await open(
      { transport: 'udp', address: '::', port: 0 },
      { transport: 'udp', address: '0.0.0.0', port: 0 },
    );
    const found = every.listening.map(({ address }) => address);
    assert.ok(found.includes('::1') && found.includes('127.0.0.1'));
    assert.ok(!found.some((address) => address.startsWith('fe80')));
    const { port } = every.listening.find(({ address }) => address === '::1') ?? { port: 0 };
    const both = await open(
      { transport: 'tcp', address: '::1', port },
      { transport: 'tcp', address: '127.0.0.1', port },
    );
    await both.close();
    await every.close();
    for (const [address, why] of [
      ['fe80::1', /udp:\[fe80::1\]:0: a link-local address means nothing/],
      ['fe80::1%lo', /without brackets or zone/],
      ['[::1]', /without brackets or zone/],
      ['2001:db8::1', /this machine has no such address/],
    ] as const) {
      await assert.rejects(open({ transport: 'udp', address, port: 0 }), why);
    }
  });
});
