import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestExchange } from '../support/exchange.ts';

const requestsPerSecond = 200;

describe('hostile input to the running exchange', function () {
  this.timeout(20_000);
  let test: TestExchange;

  before(async () => {
    test = await TestExchange.start({
      QALLER_SIP__LIMITS__REQUESTS_PER_SECOND_PER_ADDRESS: String(requestsPerSecond),
    });
  });
  after(() => test.stop());

  /** Each test ends with a call that goes well: the process lives, and serves. */
  afterEach(async () => {
    const [joris, sanne] = [
      await test.registered('202-desk', { address: '127.0.0.2' }),
      await test.registered('201-desk', { address: '127.0.0.3' }),
    ];
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    const ours = await call.answered();
    ours.sendTone(440);
    await theirs.hear(440);
    await ours.hangUp();
    await theirs.ended;
    for (const phone of [joris, sanne]) {
      await phone.register({ expires: 0, contact: '*' });
      await phone.close();
    }
  });

  function request(method: string, more: string, length: number, body = ''): string {
    return [
      `${method} sip:201@127.0.0.1 SIP/2.0`,
      'Via: SIP/2.0/UDP 127.0.0.4:5060;branch=z9hG4bKhostile;rport',
      'Max-Forwards: 70',
      'From: <sip:mallory@127.0.0.4>;tag=1',
      'To: <sip:201@127.0.0.1>',
      `Call-ID: hostile-${method}-${String(length)}-${String(more.length)}`,
      `CSeq: 1 ${method}`,
      'Contact: <sip:mallory@127.0.0.4>',
      `${more}Content-Length: ${String(length)}`,
      '',
      body,
    ].join('\r\n');
  }

  /** What comes back on one TCP connection until it is closed or has been quiet for a while. */
  async function overTcp(bytes: string): Promise<{ readonly text: string; readonly closed: boolean }> {
    const { address, port } = test.server('tcp');
    const socket = connect({ host: address, port, localAddress: '127.0.0.4' });
    let text = '';
    let closed = false;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (closed = true));
    await once(socket, 'connect');
    socket.write(bytes);
    for (let waited = 0; waited < 1500 && !closed; waited += 25) await sleep(25);
    socket.destroy();
    return { text, closed };
  }

  async function overUdp(bytes: string, wanted = 1): Promise<string> {
    const { address, port } = test.server();
    const socket = createSocket('udp4');
    let text = '';
    socket.on('message', (answer) => (text += answer.toString()));
    socket.bind(0, '127.0.0.4');
    await once(socket, 'listening');
    socket.send(bytes, port, address);
    for (let waited = 0; waited < 1500 && text.split('SIP/2.0 ').length <= wanted; waited += 25) await sleep(25);
    socket.close();
    return text;
  }

  it('answers a message of 64 KiB with 513, and closes the connection', async () => {
    const { text, closed } = await overTcp(request('OPTIONS', `Subject: ${'x'.repeat(65_536)}\r\n`, 0));
    assert.match(text, /^SIP\/2\.0 513 /);
    assert.ok(closed);
  });

  it('answers a body of 64 KiB likewise, from its head alone', async () => {
    const { text, closed } = await overTcp(request('MESSAGE', 'Content-Type: text/plain\r\n', 70_000));
    assert.match(text, /^SIP\/2\.0 513 /);
    assert.ok(closed);
  });

  it('answers a Content-Length beyond the datagram with 400', async () => {
    assert.match(await overUdp(request('OPTIONS', '', 500, 'short')), /^SIP\/2\.0 400 /);
  });

  it('answers a Content-Length that is no number with 400 over TCP, and closes the connection', async () => {
    const { text, closed } = await overTcp(
      request('OPTIONS', '', 0).replace('Content-Length: 0', 'Content-Length: -5'),
    );
    assert.match(text, /^SIP\/2\.0 400 /);
    assert.ok(closed);
  });

  it('drops garbage without a word', async () => {
    assert.equal(await overUdp('\u0000\u0001 garbage \r\n\r\n more'), '');
  });

  it('answers an offer without audio with 488', async () => {
    const joris = await test.registered('202-desk', { address: '127.0.0.2' });
    await test.registered('201-desk', { address: '127.0.0.3' });
    const sdp = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.2',
      's=-',
      'c=IN IP4 127.0.0.2',
      't=0 0',
      'm=video 4000 RTP/AVP 96',
      'a=rtpmap:96 VP8/90000',
      '',
    ].join('\r\n');
    const call = await joris.invite('201', { body: { type: 'application/sdp', text: sdp } });
    assert.equal((await call.finished()).status, 488);
    await joris.close();
  });

  it('answers a description that is none with 400', async () => {
    const joris = await test.registered('202-desk', { address: '127.0.0.2' });
    await test.registered('201-desk', { address: '127.0.0.3' });
    const call = await joris.invite('201', { body: { type: 'application/sdp', text: 'nonsense' } });
    assert.equal((await call.finished()).status, 400);
    await joris.close();
  });

  it('keeps a REGISTER flood of one address from the others', async () => {
    const { address, port } = test.server();
    const socket = createSocket('udp4');
    let answers = 0;
    socket.on('message', () => (answers += 1));
    socket.bind(0, '127.0.0.5');
    await once(socket, 'listening');
    const flood = 5000;
    for (let sent = 0; sent < flood; sent += 1) {
      const one = request('REGISTER', '', 0)
        .replace(/Call-ID: .*/, `Call-ID: flood-${String(sent)}`)
        .replace('z9hG4bKhostile', `z9hG4bKflood${String(sent)}`);
      socket.send(one, port, address);
      if (sent % 250 === 0) await sleep(1);
    }
    const phone = await test.phone('203-desk', { address: '127.0.0.6' });
    assert.equal((await phone.register()).status, 200, 'another address could not register meanwhile');
    await phone.register({ expires: 0 });
    await sleep(200);
    socket.close();
    assert.ok(answers > 0, 'the limit let nothing through');
    assert.ok(answers < flood / 4, `${String(answers)} of ${String(flood)} were answered`);
    const stats = await test.exchange.sipServer.stats?.();
    assert.ok((stats?.limited ?? 0) > 0);
  });
});
