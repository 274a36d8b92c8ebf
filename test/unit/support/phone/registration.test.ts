import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { StreamSplitter, parameter, parseWire, printWire, responseTo } from '../../../support/phone/wire.ts';
import { Phone } from '../../../support/phone/phone.ts';

const nowhere = { address: '127.0.0.1', port: 9, transport: 'udp' } as const;
const md5 = 'Digest realm="example.com", nonce="one", algorithm=MD5, qop="auth"';
const sha256 = 'Digest realm="example.com", nonce="two", algorithm=SHA-256, qop="auth,auth-int", opaque="x"';

describe('the test phone, registering', () => {
  let registrar: Phone;
  let alice: Phone;

  beforeEach(async () => {
    registrar = await Phone.start({ username: 'registrar', server: nowhere });
    alice = await Phone.start({
      username: '201',
      password: 'geheim-201',
      server: { ...registrar.local, transport: 'udp' },
      domain: 'example.com',
      instance: 'urn:uuid:00000000-0000-4000-8000-000000000201',
    });
  });

  afterEach(async () => {
    await alice.close();
    await registrar.close();
  });

  async function challenged(challenge: string): Promise<string> {
    registrar.react = (request) =>
      request.headers.has('Authorization')
        ? { do: 'reply', status: 200, headers: { Contact: `${request.headers.get('Contact') ?? ''};expires=60` } }
        : { do: 'reply', status: 401, headers: { 'WWW-Authenticate': challenge } };
    const response = await alice.register({ expires: 60 });
    assert.match(response.headers.get('Contact') ?? '', /\+sip\.instance="<urn:uuid:.*expires=60/);
    const [, second] = registrar.log.received('REGISTER');
    assert.equal(second?.message.headers.get('CSeq'), '2 REGISTER');
    return second?.message.headers.get('Authorization') ?? '';
  }

  for (const [name, algorithm, challenge] of [
    ['MD5', 'md5', md5],
    ['SHA-256', 'sha256', sha256],
  ] as const) {
    it(`answers a ${name} challenge as RFC 7616 computes it`, async () => {
      const proof = await challenged(challenge);
      const hash = (text: string) => createHash(algorithm).update(text).digest('hex');
      const field = (wanted: string) => parameter(proof.replaceAll(/,? +/g, ';'), wanted) ?? '';
      const secret = hash('201:example.com:geheim-201');
      const subject = hash('REGISTER:sip:example.com');
      const expected = hash(`${secret}:${field('nonce')}:${field('nc')}:${field('cnonce')}:auth:${subject}`);
      assert.equal(field('response'), expected);
    });
  }

  it('gives up after a second 401, readably', async () => {
    registrar.react = () => ({ do: 'reply', status: 401, headers: { 'WWW-Authenticate': md5 } });
    assert.equal((await alice.tryToRegister()).status, 401);
    await assert.rejects(alice.register(), /REGISTER got 401[^]*◀──/);
    assert.equal(alice.log.sent('REGISTER').length, 4);
  });

  it('answers a challenge to an INVITE, and acknowledges the 407', async () => {
    registrar.react = (request) =>
      request.method !== 'INVITE' || request.headers.has('Proxy-Authorization')
        ? { do: 'usual' }
        : { do: 'reply', status: 407, headers: { 'Proxy-Authenticate': sha256 } };
    const call = await alice.invite('202');
    await (await registrar.incomingCall()).answer();
    await (await call.answered()).hangUp();
    const labels = alice.log.sent().map((entry) => `${entry.label} ${entry.message.headers.get('CSeq') ?? ''}`);
    assert.deepEqual(labels, ['INVITE 1 INVITE', 'ACK 1 ACK', 'INVITE 2 INVITE', 'ACK 2 ACK', 'BYE 3 BYE']);
    registrar.expectNoSurprises();
    alice.expectNoSurprises();
  });
});

describe('the test phone, on TCP', () => {
  it('registers over its connection, gets requests over it, and keeps it alive', async () => {
    const splitter = new StreamSplitter();
    const server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => {
        for (const piece of splitter.push(chunk)) {
          if (piece === 'ping') socket.write('\r\n');
          const message = piece instanceof Buffer ? parseWire(piece) : undefined;
          if (message?.kind !== 'request') continue;
          socket.write(printWire(responseTo(message, 200, { toTag: 'a' })));
          const target = (message.headers.get('Contact') ?? '').slice(1, -1);
          const via = 'SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK7';
          const head = `OPTIONS ${target} SIP/2.0\r\nVia: ${via}\r\nMax-Forwards: 70\r\n`;
          socket.write(`${head}From: <sip:x>;tag=1\r\nTo: <sip:y>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n`);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const phone = await Phone.start({ username: '201', server: { address: '127.0.0.1', port, transport: 'tcp' } });
    try {
      await phone.register();
      const entry = await phone.log.toReceive('OPTIONS');
      assert.match(entry.message.kind === 'request' ? entry.message.uri : '', /;transport=tcp$/);
      const pong = phone.link.ponged();
      phone.link.ping();
      await pong;
      phone.expectNoSurprises();
    } finally {
      await phone.close();
      server.close();
    }
  });

  it('is surprised when the server hangs up the connection', async () => {
    const server = createServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const phone = await Phone.start({ username: '201', server: { address: '127.0.0.1', port, transport: 'tcp' } });
    await phone.link.ended;
    assert.match(phone.surprises.join(), /closed the TCP connection/);
    await phone.close();
    server.close();
  });
});
