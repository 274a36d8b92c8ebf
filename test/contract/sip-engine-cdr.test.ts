import assert from 'node:assert/strict';
import { Peer } from './sip-engine/peer.ts';
import {
  connectApplication,
  newApplication,
  type Rig,
  sdp,
  settled,
  startRig,
  type TestSrf,
  until,
} from './sip-engine/rig.ts';

/** What drachtio-srf makes of a record. */
interface TestMessage {
  readonly method: string | undefined;
  readonly status: number | undefined;
  get(header: string): string;
}

/** `attempt network`, `start application uas`, `stop network normal-release`, each with its message. */
interface Seen {
  readonly what: string;
  readonly time: string;
  readonly message: TestMessage;
}

describe('records of calls', () => {
  let rig: Rig;
  let clerk: TestSrf;
  let alice: Peer;
  let bob: Peer;
  let seen: Seen[] = [];

  before(async () => {
    rig = await startRig({ cdrs: true });
    clerk = newApplication();
    clerk.on('cdr:attempt', (source: string, time: string, message: TestMessage) => {
      seen.push({ what: `attempt ${source}`, time, message });
    });
    for (const event of ['start', 'stop'])
      clerk.on(`cdr:${event}`, (source: string, time: string, detail: string, message: TestMessage) => {
        seen.push({ what: `${event} ${source} ${detail}`, time, message });
      });
    await connectApplication(clerk, rig.engine);
  });
  beforeEach(async () => {
    // Of their own for each test: nothing that was repeated for the last one is taken for an answer.
    [alice, bob] = [await Peer.udp('alice'), await Peer.udp('bob')];
    seen = [];
  });
  afterEach(async () => {
    await settled(rig.engine);
    await Promise.all([alice.close(), bob.close()]);
  });
  after(async () => {
    clerk.disconnect();
    await rig.close();
  });

  async function records(...wanted: string[]): Promise<void> {
    await until(() => seen.length >= wanted.length, `there are only ${seen.map(({ what }) => what).join(', ')}`).catch(
      () => undefined,
    );
    assert.deepEqual(
      seen.map(({ what }) => what),
      wanted,
    );
    for (const { time } of seen) assert.match(time, /^\d\d:\d\d:\d\d\.\d{6}$/);
  }

  async function freshApplication(): Promise<void> {
    rig.srf.disconnect();
    await until(async () => (await rig.engine.stats()).applications === 1, 'the application is still there');
    rig.srf = await connectApplication(newApplication(), rig.engine);
  }

  const svc = (): string => `sip:svc@127.0.0.1:${String(rig.udp.port)}`;

  it('tell of a call that the application answers and the caller ends', async () => {
    rig.srf.invite((req, res) => void rig.srf.createUAS(req, res, { localSdp: sdp }));
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const ok = await alice.takes(200, 'INVITE');
    alice.send(alice.ack(invite, ok), rig.udp);
    alice.send(alice.follow(invite, ok, 'BYE', 2), rig.udp);
    await alice.takes(200, 'BYE');
    await records('attempt network', 'start application uas', 'stop network normal-release');
    const [attempt, start, stop] = seen.map(({ message }) => message);
    assert.deepEqual([attempt?.method, start?.status, stop?.method], ['INVITE', 200, 'BYE']);
    assert.equal(stop?.get('Call-ID'), attempt?.get('Call-ID'));
  });

  it('tell of both legs of a B2BUA, whose other leg the application ends', async () => {
    await freshApplication();
    rig.srf.invite((req, res) => {
      void rig.srf.createB2BUA(req, res, bob.uri).then(({ uas, uac }) => {
        uas.on('destroy', () => void uac.destroy());
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const onward = await bob.takesRequest('INVITE');
    bob.send(bob.answer(onward, 200, {}, sdp), rig.udp);
    await bob.takesRequest('ACK');
    const ok = await alice.takes(200, 'INVITE');
    alice.send(alice.ack(invite, ok), rig.udp);
    await until(() => seen.length === 4, 'the call is not up');
    // The engine keeps a BYE from an application that may not know the call yet.
    alice.send(alice.follow(invite, ok, 'BYE', 2), rig.udp);
    const bye = await bob.takesRequest('BYE');
    bob.send(bob.answer(bye, 200), rig.udp);
    await records(
      ...['attempt network', 'attempt application', 'start network uac', 'start application uas'],
      ...['stop network normal-release', 'stop application normal-release'],
    );
  });

  it('tell of a callee who refuses, on both legs', async () => {
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const onward = await bob.takesRequest('INVITE');
    bob.send(bob.answer(onward, 486), rig.udp);
    alice.send(alice.ack(invite, await alice.takes(486, 'INVITE')), rig.udp);
    await records(
      'attempt network',
      'attempt application',
      'stop network call-rejected',
      'stop application call-rejected',
    );
    assert.equal(seen[3]?.message.status, 486);
  });

  it('tell of a caller who gives up, on both legs', async () => {
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const onward = await bob.takesRequest('INVITE');
    bob.send(bob.answer(onward, 180), rig.udp);
    await alice.takes(180, 'INVITE');
    alice.send(alice.cancel(invite), rig.udp);
    alice.send(alice.ack(invite, await alice.takes(487, 'INVITE')), rig.udp);
    bob.send(bob.answer(await bob.takesRequest('CANCEL'), 200), rig.udp);
    bob.send(bob.answer(onward, 487), rig.udp);
    await records('attempt network', 'attempt application', 'stop network call-canceled', 'stop network call-canceled');
  });

  it('tell of a call that ends because its application vanished, or its caller never acknowledged', async () => {
    await freshApplication();
    rig.srf.invite((req, res) => void rig.srf.createUAS(req, res, { localSdp: sdp }));
    await rig.routed('INVITE');
    const first = alice.request('INVITE', svc(), {}, sdp);
    alice.send(first, rig.udp);
    alice.send(alice.ack(first, await alice.takes(200, 'INVITE', first)), rig.udp);
    await until(() => seen.length === 2, 'the call is not up');
    await freshApplication();
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.udp);
    rig.srf.invite((req, res) => void rig.srf.createUAS(req, res, { localSdp: sdp }));
    await rig.routed('INVITE');
    const second = alice.request('INVITE', svc(), {}, sdp);
    alice.send(second, rig.udp);
    await alice.takes(200, 'INVITE', second);
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.udp);
    const call = ['attempt network', 'start application uas', 'stop application system-initiated-termination'];
    await records(...call, ...call);
  });

  it('tell of an INVITE that no application wants', async () => {
    await freshApplication();
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    alice.send(alice.ack(invite, await alice.takes(503, 'INVITE', invite)), rig.udp);
    await records('attempt network', 'stop application call-rejected');
  });

  it('tell of an INVITE that cannot be sent', async () => {
    await assert.rejects(rig.srf.createUAC('sip:nobody@nowhere.invalid', { localSdp: sdp }));
    await records('attempt application', 'stop network call-rejected');
  });

  it('tell of both sides of a call that was proxied', async () => {
    await freshApplication();
    const proxying = rig.srf as unknown as {
      proxyRequest(req: unknown, to: string, options: object): Promise<unknown>;
    };
    rig.srf.invite((req) => void proxying.proxyRequest(req, bob.uri, { recordRoute: true }));
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const onward = await bob.takesRequest('INVITE');
    const routes = onward.headers.get('Record-Route') ?? '';
    bob.send(bob.answer(onward, 200, { 'Record-Route': routes }, sdp), rig.udp);
    const ok = await alice.takes(200, 'INVITE');
    const ack = alice.ack(invite, ok);
    ack.headers.append('Route', routes);
    alice.send(ack, rig.udp);
    await bob.takesRequest('ACK');
    const bye = alice.follow(invite, ok, 'BYE', 2);
    bye.headers.append('Route', routes);
    alice.send(bye, rig.udp);
    bob.send(bob.answer(await bob.takesRequest('BYE'), 200), rig.udp);
    await alice.takes(200, 'BYE');
    await records(
      ...['attempt network', 'attempt application', 'start network proxy-uac', 'start application proxy-uas'],
      'stop network normal-release',
    );
  });

  it('do not tell of re-INVITEs', async () => {
    await freshApplication();
    rig.srf.invite(
      (req, res) =>
        void rig.srf.createUAS(req, res, { localSdp: sdp }).then((dialog) => {
          dialog.on('modify', (_: unknown, answer: { send(status: number, options: object): void }) =>
            answer.send(200, { body: sdp }),
          );
        }),
    );
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const ok = await alice.takes(200, 'INVITE');
    alice.send(alice.ack(invite, ok), rig.udp);
    const again = alice.follow(invite, ok, 'INVITE', 2, sdp);
    alice.send(again, rig.udp);
    // The first answer may have been repeated meanwhile.
    let answer = await alice.takes(200, 'INVITE', again);
    while (answer.headers.get('CSeq') !== '2 INVITE') answer = await alice.takes(200, 'INVITE', again);
    alice.send(alice.ack(again, answer), rig.udp);
    alice.send(alice.follow(invite, ok, 'BYE', 3), rig.udp);
    await alice.takes(200, 'BYE');
    await records('attempt network', 'start application uas', 'stop network normal-release');
  });
});

describe('records of calls, switched off', () => {
  it('are not made, whoever asks for them', async () => {
    const rig = await startRig();
    const alice = await Peer.udp('alice');
    let told = 0;
    rig.srf.on('cdr:attempt', () => told++);
    await until(async () => (await rig.engine.stats()).applications === 1, 'nobody is there');
    const invite = alice.request('INVITE', `sip:svc@127.0.0.1:${String(rig.udp.port)}`, {}, sdp);
    alice.send(invite, rig.udp);
    alice.send(alice.ack(invite, await alice.takes(503, 'INVITE')), rig.udp);
    await settled(rig.engine);
    assert.equal(told, 0);
    await alice.close();
    await rig.close();
  });
});
