import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DnsServer } from '../support/dns-server.ts';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, settled, startRig, type TestRequest, type TestResponse, until } from './sip-engine/rig.ts';

describe('the way back of a response', () => {
  const zone: Record<string, unknown[]> = {};
  let dns: DnsServer;
  let rig: Rig;
  let server: Server;
  const servers: Server[] = [];
  before(async () => {
    dns = await DnsServer.open(zone);
    rig = await startRig({ dns: { servers: [dns.place], deadlineMs: 600 } });
  });
  after(async () => {
    await rig.close();
    await dns.close();
  });
  beforeEach(async () => {
    await rig.renew();
    server = await listening('127.0.0.1');
  });
  afterEach(async () => {
    for (const one of servers.splice(0)) one.close();
    await settled(rig.engine);
  });

  async function listening(address: string, port = 0): Promise<Server> {
    const opened = createServer();
    servers.push(opened);
    opened.listen(port, address);
    await once(opened, 'listening');
    return opened;
  }

  function portOf(one: Server): number {
    const address = one.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** A request over TCP with that sent-by, whose connection is gone before it is answered. */
  async function orphan(sentBy: string): Promise<TestResponse> {
    const asked = new Promise<TestResponse>((resolve) => {
      rig.srf.options((_: TestRequest, res: TestResponse) => resolve(res));
    });
    await rig.routed('OPTIONS');
    const alice = await Peer.tcp('alice', rig.tcp);
    const options = alice.request('OPTIONS', `sip:service@127.0.0.1:${String(rig.tcp.port)};transport=tcp`);
    options.headers.set('Via', `SIP/2.0/TCP ${sentBy};branch=z9hG4bK${Math.random().toString(36).slice(2)}`);
    alice.send(options, rig.tcp);
    const res = await asked;
    await alice.close();
    await until(async () => (await rig.engine.stats()).connections === 0, 'the connection is still there');
    return res;
  }

  async function takesAnswer(at: Server, res: TestResponse): Promise<void> {
    const accepted = once(at, 'connection') as Promise<[Socket]>;
    res.send(200);
    const peer = Peer.over('alice', (await accepted)[0]);
    await peer.takes(200, 'OPTIONS');
    await peer.close();
  }

  it('leads to the address that its request came from, at the port that its Via says', async () => {
    await takesAnswer(server, await orphan(`nobody.test:${String(portOf(server))}`));
    assert.deepEqual(
      dns.asked.filter((question) => question.includes('nobody.test')),
      [],
    );
  });

  it('leads, where nobody listens there, to the machine that its Via names with a port', async () => {
    const other = await listening('127.0.0.5');
    zone['A machine.test'] = ['127.0.0.5'];
    await takesAnswer(other, await orphan(`machine.test:${String(portOf(other))}`));
  });

  it('leads to the address that its Via says, where that is another than the one it came from', async () => {
    const other = await listening('127.0.0.5');
    await takesAnswer(other, await orphan(`127.0.0.5:${String(portOf(other))}`));
  });

  it('leads to the servers of a name without a port, one after the other', async () => {
    const other = await listening('127.0.0.6');
    const dead = await listening('127.0.0.7');
    const deadPort = portOf(dead);
    dead.close();
    await once(dead, 'close');
    zone['SRV _sip._tcp.service.test'] = [
      { priority: 1, weight: 0, port: deadPort, target: 'dead.service.test' },
      { priority: 2, weight: 0, port: portOf(other), target: 'live.service.test' },
    ];
    zone['A dead.service.test'] = ['127.0.0.7'];
    zone['A live.service.test'] = ['127.0.0.6'];
    await takesAnswer(other, await orphan('service.test'));
  });

  it('ends where the name leads nowhere, and nothing is left', async () => {
    (await orphan('nowhere.test:1')).send(200);
    await until(async () => (await rig.engine.stats()).connections === 0, 'a connection is left');
  });

  it('of a datagram leads to the maddr of its Via, at the port of sent-by', async () => {
    rig.srf.options((_: TestRequest, res: TestResponse) => res.send(200));
    await rig.routed('OPTIONS');
    const alice = await Peer.udp('alice');
    const bob = await Peer.udp('bob', '127.0.0.8');
    const options = alice.request('OPTIONS', `sip:service@127.0.0.1:${String(rig.udp.port)}`);
    const via = `SIP/2.0/UDP 127.0.0.1:${String(bob.port)};maddr=127.0.0.8;branch=z9hG4bKm1;rport`;
    options.headers.set('Via', via);
    alice.send(options, rig.udp);
    const ok = await bob.takes(200, 'OPTIONS');
    assert.match(ok.headers.get('Via') ?? '', /;maddr=127\.0\.0\.8;/);
    // No address of the socket's family: as if it were not there.
    const other = alice.request('OPTIONS', options.uri);
    other.headers.set('Via', `${(other.headers.get('Via') ?? '').trim()};maddr="[::1]"`);
    alice.send(other, rig.udp);
    await alice.takes(200, 'OPTIONS');
    await alice.close();
    await bob.close();
  });
});
