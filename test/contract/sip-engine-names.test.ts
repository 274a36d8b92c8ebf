import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { SipRequest } from '../../src/sip-engine/message/types.ts';
import { DnsServer } from '../support/dns-server.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import { asks, type Rig, sdp, settled, startRig, until } from './sip-engine/rig.ts';

const t1 = 20;

describe('the SIP engine, asked for a host name', () => {
  const zone: Record<string, unknown[]> = {};
  let dns: DnsServer;
  let rig: Rig;
  let one: Peer;
  let two: Peer;
  let domains = 0;
  before(async () => {
    dns = await DnsServer.open(zone);
    rig = await startRig({ dns: { servers: [dns.place], deadlineMs: 600 } });
  });
  after(async () => {
    await rig.close();
    await dns.close();
  });
  beforeEach(async () => {
    dns.silent = false;
    await rig.renew();
    one = await Peer.udp('one', '127.0.0.2');
    two = await Peer.udp('two', '127.0.0.3');
  });
  afterEach(async () => {
    await one.close();
    await two.close();
  });

  interface Server {
    readonly address: string;
    readonly port: number;
    readonly priority?: number;
    readonly weight?: number;
  }

  /** A domain that offers SIP over UDP at these places, the first the best unless it says otherwise. */
  function domainOf(servers: readonly Server[], service = '_sip._udp'): string {
    const domain = `d${String(++domains)}.test`;
    zone[`SRV ${service}.${domain}`] = servers.map(({ port, priority, weight }, at) => ({
      ...{ port, priority: priority ?? at, weight: weight ?? 0, target: `s${String(at)}.${domain}` },
    }));
    for (const [at, { address }] of servers.entries()) zone[`A s${String(at)}.${domain}`] = [address];
    return domain;
  }

  /** Answers each request with that status. */
  async function answers(
    peer: Peer,
    method: string,
    status: number,
    extra: Record<string, string> = {},
  ): Promise<void> {
    const request = await peer.takesRequest(method);
    peer.send(peer.answer(request, status, extra), rig.udp);
  }

  it('goes to the server of the lowest priority', async () => {
    const domain = domainOf([
      { ...one, address: one.address, port: one.port, priority: 20 },
      { address: two.address, port: two.port, priority: 10 },
    ]);
    const status = asks(rig.srf, `sip:x@${domain}`, 'OPTIONS');
    await answers(two, 'OPTIONS', 200);
    assert.equal(await status, 200);
    assert.equal(one.seen.length, 0);
    assert.deepEqual(dns.asked.filter((question) => question.includes(domain)).slice(0, 2), [
      `NAPTR ${domain}`,
      `SRV _sip._udp.${domain}`,
    ]);
  });

  it('spreads requests by weight', async () => {
    const domain = domainOf([
      { address: one.address, port: one.port, priority: 1, weight: 90 },
      { address: two.address, port: two.port, priority: 1, weight: 10 },
    ]);
    const answered = new Map<string, Peer>();
    const waiting = (): { peer: Peer; request: SipRequest; id: string } | undefined =>
      [one, two]
        .flatMap((peer) => peer.seen.map((request) => ({ peer, request, id: request.headers.get('Call-ID') ?? '' })))
        .flatMap(({ peer, request, id }) => (request.kind === 'request' ? [{ peer, request, id }] : []))
        .find(({ id }) => !answered.has(id));
    for (let sent = 0; sent < 40; sent++) {
      const status = asks(rig.srf, `sip:x@${domain}`, 'OPTIONS');
      await until(() => waiting() !== undefined, 'no request came');
      const { peer, request, id } = waiting()!;
      answered.set(id, peer);
      peer.send(peer.answer(request, 200), rig.udp);
      assert.equal(await status, 200);
    }
    const first = [...answered.values()].filter((peer) => peer === one).length;
    assert.ok(first > 20, `${String(first)} of 40`);
  });

  it('takes the transport that NAPTR prefers', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.4');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const domain = domainOf([{ address: '127.0.0.4', port }], '_sip._tcp');
    const naptr = (order: number, services: string, replacement: string): unknown => ({
      ...{ order, preference: 1, flags: 'S', services, regexp: '', replacement },
    });
    zone[`SRV _sip._udp.${domain}`] = [{ port: one.port, priority: 0, weight: 0, target: `s0.${domain}` }];
    zone[`NAPTR ${domain}`] = [naptr(2, 'SIP+D2U', `_sip._udp.${domain}`), naptr(1, 'SIP+D2T', `_sip._tcp.${domain}`)];
    const status = asks(rig.srf, `sip:x@${domain}`, 'OPTIONS');
    const [socket] = (await once(server, 'connection')) as [Parameters<typeof Peer.over>[1]];
    const peer = Peer.over('tcp', socket);
    const request = await peer.takesRequest('OPTIONS');
    assert.match(request.headers.get('Via') ?? '', /^SIP\/2.0\/TCP /);
    peer.send(peer.answer(request, 200), rig.tcp);
    assert.equal(await status, 200);
    await peer.close();
    server.close();
  });

  it('calls the next server where the first stays silent, and knows that for the calls that follow', async () => {
    const domain = domainOf([
      { address: one.address, port: one.port },
      { address: two.address, port: two.port },
    ]);
    const started = Date.now();
    const calling = rig.srf.createUAC(`sip:bob@${domain}`, { localSdp: sdp });
    const first = await one.takesRequest('INVITE');
    const second = await two.takesRequest('INVITE');
    const waited = Date.now() - started;
    assert.ok(waited >= 16 * t1 && waited < 32 * t1 + 300, String(waited));
    for (const name of ['Call-ID', 'CSeq', 'From', 'To', 'Contact']) {
      assert.equal(second.headers.get(name), first.headers.get(name), name);
    }
    assert.notEqual(second.headers.get('Via'), first.headers.get('Via'));
    assert.equal(second.headers.all('Via').length, 1);
    two.send(two.answer(second, 200, {}, sdp), rig.udp);
    const dialog = await calling;
    await two.takesRequest('ACK');
    void dialog.destroy();
    await answers(two, 'BYE', 200);
    await settled(rig.engine);
    const before = one.seen.length;
    const status = asks(rig.srf, `sip:bob@${domain}`, 'OPTIONS');
    await answers(two, 'OPTIONS', 200);
    assert.equal(await status, 200);
    assert.equal(one.seen.length, before);
  });

  it('goes on after a 503, of which the application sees nothing, and back after Retry-After', async () => {
    const domain = domainOf([
      { address: one.address, port: one.port },
      { address: two.address, port: two.port },
    ]);
    const client = await FrameClient.open(rig.engine.control.port);
    await client.ask('authenticate|geheim|');
    const ask = async (): Promise<readonly string[]> =>
      client.ask('sip|||', `INVITE sip:bob@${domain} SIP/2.0\r\nContent-Type: text/plain\r\n\r\nx`);
    const echo = await ask();
    const invite = await one.takesRequest('INVITE');
    one.send(one.answer(invite, 503, { 'Retry-After': '1' }), rig.udp);
    await one.takesRequest('ACK');
    const again = await two.takesRequest('INVITE');
    assert.equal(again.headers.get('Call-ID'), invite.headers.get('Call-ID'));
    two.send(two.answer(again, 486), rig.udp);
    const { fields, message } = await client.sip();
    assert.equal(fields[8], echo[7]);
    assert.match(message, /^SIP\/2\.0 486 /);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await ask();
    const third = await one.takesRequest('INVITE');
    one.send(one.answer(third, 486), rig.udp);
    assert.match((await client.sip()).message, /^SIP\/2\.0 486 /);
    client.close();
    await settled(rig.engine);
  });

  it('goes on where a connection is refused', async () => {
    const dead = createServer();
    dead.listen(0, '127.0.0.4');
    await once(dead, 'listening');
    const { port } = dead.address() as { port: number };
    await new Promise((resolve) => dead.close(resolve));
    const domain = domainOf([{ address: '127.0.0.4', port }], '_sip._tcp');
    zone[`SRV _sip._udp.${domain}`] = [{ port: two.port, priority: 0, weight: 0, target: `s1.${domain}` }];
    zone[`A s1.${domain}`] = [two.address];
    zone[`NAPTR ${domain}`] = [
      { order: 1, preference: 1, flags: 's', services: 'SIP+D2T', regexp: '', replacement: `_sip._tcp.${domain}` },
      { order: 1, preference: 2, flags: 's', services: 'SIP+D2U', regexp: '', replacement: `_sip._udp.${domain}` },
    ];
    const calling = rig.srf.createUAC(`sip:bob@${domain}`, { localSdp: sdp });
    const invite = await two.takesRequest('INVITE');
    assert.match(invite.headers.get('Via') ?? '', /^SIP\/2.0\/UDP /);
    assert.equal(invite.headers.get('Contact'), `<sip:127.0.0.1:${String(rig.udp.port)}>`);
    two.send(two.answer(invite, 486), rig.udp);
    await assert.rejects(calling, { status: 486 });
    await settled(rig.engine);
  });

  it('sends CANCEL to where it tried last, and tries nobody after it', async () => {
    const three = await Peer.udp('three', '127.0.0.4');
    const domain = domainOf([one, two, three].map(({ address, port }) => ({ address, port })));
    const requested = new Promise<{ cancel(options: object, done: () => void): void }>((resolve) => {
      void rig.srf
        .createUAC(`sip:bob@${domain}`, { localSdp: sdp }, { cbRequest: (_, req) => resolve(req) })
        .catch(() => undefined);
    });
    await answers(one, 'INVITE', 503);
    const invite = await two.takesRequest('INVITE');
    two.send(two.answer(invite, 180), rig.udp);
    const request = await requested;
    await until(() => rig.engine.stats().then(({ dialogs }) => dialogs === 1), 'no early dialog');
    request.cancel({}, () => undefined);
    const cancel = await two.takesRequest('CANCEL');
    assert.equal(cancel.headers.get('Via'), invite.headers.get('Via'));
    two.send(two.answer(cancel, 200), rig.udp);
    two.send(two.answer(invite, 503), rig.udp);
    await two.takesRequest('ACK');
    await settled(rig.engine);
    assert.equal(three.seen.length, 0);
    await three.close();
  });

  it('answers with the last failure where every server fails', async () => {
    const domain = domainOf([
      { address: one.address, port: one.port },
      { address: two.address, port: two.port },
    ]);
    const status = asks(rig.srf, `sip:x@${domain}`, 'OPTIONS');
    await answers(one, 'OPTIONS', 503);
    await answers(two, 'OPTIONS', 503);
    assert.equal(await status, 503);
    await settled(rig.engine);
  });

  it('tries no other place after the 503 of an address', async () => {
    const status = asks(rig.srf, one.uri, 'OPTIONS');
    await answers(one, 'OPTIONS', 503);
    assert.equal(await status, 503);
    await settled(rig.engine);
  });

  it('says DNS Error soon where the name server is away, and goes on with all else meanwhile', async () => {
    dns.silent = true;
    const started = Date.now();
    const lost = asks(rig.srf, 'sip:x@away.test', 'OPTIONS');
    const status = asks(rig.srf, two.uri, 'OPTIONS');
    await answers(two, 'OPTIONS', 200);
    assert.equal(await status, 200);
    assert.ok(Date.now() - started < 500);
    assert.equal(await lost, 503);
    assert.ok(Date.now() - started < 1500, String(Date.now() - started));
    await settled(rig.engine);
  });

  it('says DNS Error where there is no such name', async () => {
    const client = await FrameClient.open(rig.engine.control.port);
    await client.ask('authenticate|geheim|');
    const echo = await client.ask('sip|||', 'OPTIONS sip:nobody.test SIP/2.0\r\n\r\n');
    assert.deepEqual(echo.slice(0, 5), ['OK', 'application', '0', 'unknown', '']);
    assert.match((await client.sip()).message, /^SIP\/2\.0 503 DNS Error/);
    client.close();
  });

  describe('as a proxy', () => {
    let alice: Peer;
    beforeEach(async () => {
      alice = await Peer.udp('alice');
    });
    afterEach(() => alice.close());

    async function proxied(domain: string): Promise<SipRequest> {
      rig.srf.invite((req) => {
        void rig.srf.proxyRequest(req, [`sip:x@${domain};transport=udp`], { remainInDialog: true }).catch(() => 0);
      });
      await rig.routed('INVITE');
      const invite = alice.request('INVITE', `sip:service@127.0.0.1:${String(rig.udp.port)}`, {}, sdp);
      alice.send(invite, rig.udp);
      return invite;
    }

    it('goes on to the next server within a branch, after a 503 of which the caller sees nothing', async () => {
      const domain = domainOf([
        { address: one.address, port: one.port },
        { address: two.address, port: two.port },
      ]);
      const invite = await proxied(domain);
      const first = await one.takesRequest('INVITE');
      one.send(one.answer(first, 503), rig.udp);
      await one.takesRequest('ACK');
      const second = await two.takesRequest('INVITE');
      assert.equal(second.headers.all('Via').length, 2);
      assert.equal(second.headers.all('Record-Route').length, 1);
      assert.equal(second.headers.get('Max-Forwards'), first.headers.get('Max-Forwards'));
      assert.notEqual(second.headers.get('Via'), first.headers.get('Via'));
      two.send(two.answer(second, 200, {}, sdp), rig.udp);
      const ok = await alice.takes(200, 'INVITE');
      const ack = alice.ack(invite, ok);
      ack.headers.set('Route', ok.headers.get('Record-Route') ?? '');
      alice.send({ ...ack, uri: two.uri }, rig.udp);
      await two.takesRequest('ACK');
      assert.ok(!alice.seen.some((message) => message.kind === 'response' && message.status === 503));
      await settled(rig.engine);
    });

    it('goes on where a server is silent', async () => {
      const domain = domainOf([
        { address: one.address, port: one.port },
        { address: two.address, port: two.port },
      ]);
      const invite = await proxied(domain);
      await one.takesRequest('INVITE');
      const second = await two.takesRequest('INVITE');
      two.send(two.answer(second, 486), rig.udp);
      const busy = await alice.takes(486, 'INVITE');
      alice.send(alice.ack(invite, busy), rig.udp);
      await settled(rig.engine);
    });

    it('goes on no more where the caller has hung up by then', async () => {
      const domain = domainOf([
        { address: one.address, port: one.port },
        { address: two.address, port: two.port },
      ]);
      const invite = await proxied(domain);
      await one.takesRequest('INVITE');
      alice.send(alice.cancel(invite), rig.udp);
      const over = await alice.takes(487, 'INVITE');
      alice.send(alice.ack(invite, over), rig.udp);
      await settled(rig.engine);
      assert.equal(two.seen.length, 0);
    });

    it('tells the caller 500 where the last server says 503 too, for it is not we who are overloaded', async () => {
      const domain = domainOf([
        { address: one.address, port: one.port },
        { address: two.address, port: two.port },
      ]);
      const invite = await proxied(domain);
      for (const peer of [one, two]) {
        peer.send(peer.answer(await peer.takesRequest('INVITE'), 503), rig.udp);
        await peer.takesRequest('ACK');
      }
      const over = await alice.takes(500, 'INVITE');
      alice.send(alice.ack(invite, over), rig.udp);
      await settled(rig.engine);
    });
  });
});
