import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, createServer, type TLSSocket } from 'node:tls';
import { startEngine } from '../../src/sip-engine/engine.ts';
import { Authority, type Certificate, renew } from '../support/certificates.ts';
import { Peer, type Place } from './sip-engine/peer.ts';
import { asks, type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

describe('the SIP engine under drachtio-srf, over TLS', () => {
  let authority: Authority;
  let own: Certificate;
  let other: Certificate;
  let rig: Rig;
  const service = (): string => `sip:service@127.0.0.1:${String(rig.tls.port)};transport=tls`;

  before(async () => {
    authority = new Authority();
    own = authority.certificate('DNS:pbx.example.com', 'IP:127.0.0.1');
    other = authority.certificate('DNS:other.example.com');
    rig = await startRig({
      listen: [
        { transport: 'udp', address: '127.0.0.1', port: 0 },
        {
          transport: 'tls',
          address: '127.0.0.1',
          port: 0,
          tls: {
            ...own,
            ca: authority.cert,
            requestClientCertificate: true,
            servers: [{ names: ['*.example.com'], ...other }],
          },
        },
      ],
      limits: { messageMs: 200, handshakeMs: 300, connectionsPerAddress: 5, messageBytes: 20_000 },
      tls: { trusted: authority.cert, checkFilesMs: 20 },
    });
  });
  after(async () => {
    await rig.close();
    authority.remove();
  });
  beforeEach(() => rig.renew());
  afterEach(() => until(async () => (await rig.engine.stats()).connections === 0, 'a connection is left'));

  it('takes a call and sends its BYE over the connection that the INVITE came by', async () => {
    const protocols: string[] = [];
    const answered = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        protocols.push(req.protocol);
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const alice = await Peer.tls('alice', rig.tls, { ca: readFileSync(authority.cert), rejectUnauthorized: true });
    const invite = alice.request('INVITE', service(), {}, sdp);
    alice.send(invite, rig.tls);
    const ok = await alice.takes(200);
    assert.match(
      ok.headers.get('Contact') ?? '',
      new RegExp(`^<sip:127.0.0.1:${String(rig.tls.port)};transport=tls>$`),
    );
    alice.send(alice.ack(invite, ok), rig.tls);
    const over = (await answered).destroy();
    const bye = await alice.takesRequest('BYE');
    assert.match(bye.headers.get('Via') ?? '', /^SIP\/2\.0\/TLS /);
    alice.send(alice.answer(bye, 200), rig.tls);
    await over;
    assert.deepEqual(protocols, ['tls']);
    await alice.close();
    await settled(rig.engine);
  });

  it('calls a telephone over the connection that it has open', async () => {
    const phone = await Peer.tls('phone', rig.tls);
    await until(async () => (await rig.engine.stats()).connections === 1, 'there is no connection');
    const calling = rig.srf.createUAC(phone.uri, { localSdp: sdp });
    const invite = await phone.takesRequest('INVITE');
    assert.match(invite.headers.get('Via') ?? '', /^SIP\/2\.0\/TLS /);
    assert.match(invite.headers.get('Contact') ?? '', /;transport=tls>$/);
    phone.send(phone.answer(invite, 200, {}, sdp), rig.tls);
    const dialog = await calling;
    await phone.takesRequest('ACK');
    const info = dialog.request({ method: 'INFO' });
    phone.send(phone.answer(await phone.takesRequest('INFO'), 200), rig.tls);
    assert.equal((await info).status, 200);
    const over = dialog.destroy();
    phone.send(phone.answer(await phone.takesRequest('BYE'), 200), rig.tls);
    await over;
    await phone.close();
    await settled(rig.engine);
  });

  it('dials a server that proves who it is, shows its own certificate, and uses that connection again', async () => {
    const server = await serving({
      ...read(own),
      requestCert: true,
      rejectUnauthorized: false,
      ca: [readFileSync(authority.cert)],
    });
    const accepted = once(server.server, 'secureConnection') as Promise<[TLSSocket]>;
    const first = asks(rig.srf, `sips:bob@127.0.0.1:${String(server.port)}`, 'OPTIONS');
    const [socket] = await accepted;
    assert.equal(socket.getProtocol() === 'TLSv1.3' || socket.getProtocol() === 'TLSv1.2', true);
    assert.match(socket.getPeerCertificate().subjectaltname ?? '', /pbx\.example\.com/);
    const trunk = Peer.over('trunk', socket, 'tls');
    trunk.send(trunk.answer(await trunk.takesRequest('OPTIONS'), 200), rig.tls);
    assert.equal(await first, 200);
    const second = asks(rig.srf, `sip:bob@127.0.0.1:${String(server.port)};transport=tls`, 'OPTIONS');
    trunk.send(trunk.answer(await trunk.takesRequest('OPTIONS'), 486), rig.tls);
    assert.equal(await second, 486);
    await trunk.close();
    server.server.close();
    await settled(rig.engine);
  });

  it('says nothing to a server with the certificate of somebody else, and tells so with 503', async () => {
    const server = await serving(read(other));
    const heard: Buffer[] = [];
    server.server.on('secureConnection', (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => heard.push(chunk));
    });
    const before = (await rig.engine.stats()).handshakesFailed;
    assert.equal(await asks(rig.srf, `sips:bob@127.0.0.1:${String(server.port)}`, 'OPTIONS'), 503);
    assert.equal(Buffer.concat(heard).toString(), '');
    assert.equal((await rig.engine.stats()).handshakesFailed, before + 1);
    assert.ok(
      rig.events.some(
        (event) => event.type === 'log' && /its certificate is not of 127/.test(JSON.stringify(event.fields)),
      ),
    );
    server.server.close();
    await settled(rig.engine);
  });

  it('calls a proxy over the connection that it opened and said alias of, if its certificate proves it', async () => {
    const proving = await Peer.tls('proxy', rig.tls, read(own));
    const advertised = 'sip:proxy@127.0.0.1:1;transport=tls';
    const asking = (peer: Peer): Promise<unknown> => {
      const options = peer.request('OPTIONS', service());
      options.headers.set('Via', 'SIP/2.0/TLS 127.0.0.1:1;alias;branch=z9hG4bK' + peer.name);
      peer.send(options, rig.tls);
      return peer.takes(503, 'OPTIONS');
    };
    const anonymous = await Peer.tls('anonymous', rig.tls);
    await asking(anonymous);
    assert.equal(await asks(rig.srf, advertised, 'OPTIONS'), 503);
    const stranger = await Peer.tls('stranger', rig.tls, read(other));
    await asking(stranger);
    assert.equal(await asks(rig.srf, advertised, 'OPTIONS'), 503);

    await asking(proving);
    const status = asks(rig.srf, advertised, 'OPTIONS');
    proving.send(proving.answer(await proving.takesRequest('OPTIONS'), 200), rig.tls);
    assert.equal(await status, 200);
    await Promise.all([proving.close(), anonymous.close(), stranger.close()]);
    assert.equal(await asks(rig.srf, advertised, 'OPTIONS'), 503);
    await settled(rig.engine);
  });

  it('tells a telephone by STUN which address it is seen from, on the UDP port of SIP', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
    for (const garbage of [
      '00',
      '000100042112a442b7e7a701bc34d686fa87dfae',
      '0001000000000000b7e7a701bc34d686fa87dfae',
    ]) {
      socket.send(Buffer.from(garbage, 'hex'), rig.udp.port, '127.0.0.1');
    }
    socket.send(request, rig.udp.port, '127.0.0.1');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    assert.equal(answer.subarray(0, 24).toString('hex'), '0101000c2112a442b7e7a701bc34d686fa87dfae00200008');
    assert.equal(answer.readUInt16BE(26) ^ 0x2112, socket.address().port);
    assert.equal((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0, 0x7f000001);
    socket.close();
  });

  it('shows each name its certificate, and who gives no name the first', async () => {
    assert.match(await namesShown({ servername: 'other.example.com' }), /other\.example\.com/);
    assert.match(await namesShown({ servername: 'any.example.com' }), /other\.example\.com/);
    assert.match(await namesShown({ servername: 'elsewhere.example.org' }), /pbx\.example\.com/);
    assert.match(await namesShown({}), /pbx\.example\.com/);
  });

  it('takes a new certificate from its files by itself, and a broken one not, while connections stay', async () => {
    const phone = await Peer.tls('phone', rig.tls);
    const kept = { key: authority.path('kept.key'), cert: authority.path('kept.pem') };
    renew(kept, own);
    renew(own, authority.certificate('DNS:renewed.example.com', 'IP:127.0.0.1'));
    await until(async () => /renewed/.test(await namesShown({})), 'the new certificate is not shown');

    const told = (): number =>
      rig.events.filter((event) => event.type === 'log' && /the old ones stay in use/.test(event.text)).length;
    // An empty file is what a look at the wrong moment finds: it must not be taken for no certificate.
    for (const broken of ['no certificate', '']) {
      // A look between the writing of the two files of a renewal was told of as well.
      const before = told();
      writeFileSync(own.cert, broken);
      await until(() => told() > before, 'nobody was told that the certificate is broken');
      assert.match(await namesShown({}), /renewed/);
    }
    const beforeOrder = told();
    rig.engine.reloadCertificates();
    await until(() => told() > beforeOrder, 'the order to read again was not followed');

    copyFileSync(kept.cert, own.cert);
    copyFileSync(kept.key, own.key);
    rig.engine.reloadCertificates();
    await until(async () => /pbx/.test(await namesShown({})), 'the old certificate is not back');

    const status = asks(rig.srf, phone.uri, 'OPTIONS');
    phone.send(phone.answer(await phone.takesRequest('OPTIONS'), 200), rig.tls);
    assert.equal(await status, 200);
    await phone.close();
    await settled(rig.engine);
  });

  it('speaks nothing older than TLS 1.2', async () => {
    const before = (await rig.engine.stats()).handshakesFailed;
    const socket = tlsTo(rig.tls, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await once(socket, 'error');
    await until(async () => (await rig.engine.stats()).handshakesFailed === before + 1, 'it was not counted');
  });

  it('closes who sends garbage instead of a handshake', async () => {
    const socket = connect(rig.tls.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('OPTIONS sip:x SIP/2.0\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
  });

  it('counts who never shakes hands for the limit of its address, and closes it at a deadline', async () => {
    const before = (await rig.engine.stats()).handshakesFailed;
    const sockets: Socket[] = [];
    for (let opened = 0; opened < 5; opened++) {
      const socket = connect(rig.tls.port, '127.0.0.1');
      await once(socket, 'connect');
      sockets.push(socket);
    }
    await until(async () => (await rig.engine.stats()).connections === 5, 'they are not counted');
    const refused = connect(rig.tls.port, '127.0.0.1');
    refused.on('error', () => undefined);
    await once(refused, 'close');
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
    assert.ok((await rig.engine.stats()).handshakesFailed >= before + 5);
  });

  it('answers a keep-alive, and what breaks the stream', async () => {
    const socket = tlsTo(rig.tls);
    socket.write('\r\n\r\n');
    const [pong] = (await once(socket, 'data')) as [Buffer];
    assert.equal(pong.toString(), '\r\n');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.write(
      'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@b>\r\n' +
        'Call-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: many\r\n\r\n',
    );
    await once(socket, 'close');
    assert.match(heard, /^SIP\/2\.0 400 /);
  });

  it('closes a connection whose message never becomes whole', async () => {
    const socket = tlsTo(rig.tls);
    socket.write('OPTIONS sip:x');
    socket.resume();
    await once(socket, 'close');
  });

  it('leaves nothing behind', () => settled(rig.engine));

  function tlsTo({ port }: Place, options: ConnectionOptions = {}): TLSSocket {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.on('error', () => undefined);
    return socket;
  }

  async function namesShown(options: ConnectionOptions): Promise<string> {
    const socket = tlsTo(rig.tls, options);
    await once(socket, 'secureConnect');
    const names = socket.getPeerCertificate().subjectaltname ?? '';
    socket.destroy();
    await once(socket, 'close');
    return names;
  }
});

describe('starting the SIP engine with TLS', () => {
  it('says what is wrong with the certificate', async () => {
    const listen = [{ transport: 'tls' as const, address: '127.0.0.1', port: 0 }];
    await assert.rejects(
      startEngine({ listen, secret: 's' }, () => undefined),
      {
        message: 'cannot listen on tls:127.0.0.1:0: it needs a certificate: give it tls: { key, cert }',
      },
    );
    const tls = { key: '/nowhere/key.pem', cert: '/nowhere/cert.pem' };
    await assert.rejects(
      startEngine({ listen: listen.map((one) => ({ ...one, tls })), secret: 's' }, () => undefined),
      /cannot listen on tls:127\.0\.0\.1:0: \/nowhere\/key\.pem cannot be read: ENOENT/,
    );
  });
});

function read({ key, cert }: Certificate): { key: Buffer; cert: Buffer } {
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

async function serving(options: Parameters<typeof createServer>[0]): Promise<{
  readonly server: ReturnType<typeof createServer>;
  readonly port: number;
}> {
  const server = createServer(options ?? {});
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
