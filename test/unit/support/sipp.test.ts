import assert from 'node:assert/strict';
import { encodeG711 } from '../../support/phone/g711.ts';
import { toneSamples } from '../../support/phone/tone.ts';
import { LossyNetwork, loseFirst, loseOnce, together } from '../../support/lossy-network.ts';
import { Phone } from '../../support/phone/phone.ts';
import type { IncomingCall } from '../../support/phone/incoming-call.ts';
import { Sipp, runSipp } from '../../support/sipp.ts';
import type { SippOptions } from '../../support/sipp.ts';
import { describeWith } from '../../support/describe-with.ts';

const nowhere = { address: '127.0.0.1', port: 9, transport: 'udp' } as const;
const md5 = 'Digest realm="example.com", nonce="one", algorithm=MD5, qop="auth"';
const user = { username: '201', password: 'geheim-201', target: '202' };

/** The scenarios against the test phone, which is strict about what RFC 3261 says. */
describeWith(['sipp'], 'SIPp and its scenarios', function () {
  let phone: Phone;
  let sipp: Sipp | undefined;

  beforeEach(async () => {
    phone = await Phone.start({ username: '202', server: nowhere });
    // What a registrar does: everything but the second try is challenged.
    phone.react = ({ method, headers }) =>
      ['INVITE', 'REGISTER'].includes(method) && !headers.has('Authorization')
        ? { do: 'reply', status: 401, headers: { 'WWW-Authenticate': md5 } }
        : { do: 'usual' };
  });

  afterEach(async () => {
    await sipp?.close();
    await phone.close();
    sipp = undefined;
  });

  async function caller(options: SippOptions): Promise<IncomingCall> {
    sipp = await Sipp.start({ server: phone.local, users: [user], ...options });
    return phone.incomingCall({ withinMs: 4000 });
  }

  async function succeeds() {
    const report = await sipp?.finished();
    assert.deepEqual([report?.succeeded, report?.failed], [1, 0]);
    phone.expectNoSurprises();
    return report;
  }

  it('calls and hangs up', async () => {
    const call = await caller({ scenario: 'uac-answered', pauseMs: 100 });
    call.ring();
    await (
      await call.answer()
    ).ended;
    await succeeds();
  });

  it('calls and is hung up', async () => {
    const call = await caller({ scenario: 'uac-hung-up' });
    assert.equal((await (await call.answer()).hangUp()).status, 200);
    await succeeds();
  });

  it('calls and finds it busy', async () => {
    (await caller({ scenario: 'uac-busy' })).refuse(486);
    await succeeds();
  });

  it('calls and finds nobody', async () => {
    const call = await caller({ scenario: 'uac-no-answer' });
    call.ring();
    call.refuse(480);
    await succeeds();
  });

  it('calls and gives up', async () => {
    const call = await caller({ scenario: 'uac-cancel', pauseMs: 50 });
    call.ring();
    assert.equal((await call.ended).how, 'cancelled');
    await succeeds();
  });

  it('calls as a trunk does, and is refused as a stranger', async () => {
    phone.react = () => ({ do: 'usual' });
    const keys = { caller: '0612345678', number: '+31851234567' };
    const call = await caller({ scenario: 'trunk-in', keys, users: [], pauseMs: 50 });
    await (
      await call.answer()
    ).ended;
    await succeeds();
    (await caller({ scenario: 'trunk-in-refused', keys, users: [] })).refuse(403);
    await succeeds();
  });

  it('registers, and again for longer when that was too brief', async () => {
    phone.react = ({ headers }) => {
      if (!headers.has('Authorization')) return { do: 'reply', status: 401, headers: { 'WWW-Authenticate': md5 } };
      if (headers.get('Expires') === '1') return { do: 'reply', status: 423, headers: { 'Min-Expires': '60' } };
      const contact = `${headers.get('Contact') ?? ''};expires=${headers.get('Expires') ?? ''}`;
      return { do: 'reply', status: 200, headers: { Contact: contact } };
    };
    await runSipp({ scenario: 'register', server: phone.local, users: [user] });
    await runSipp({ scenario: 'register-too-brief', server: phone.local, users: [user] });
    phone.expectNoSurprises();
  });

  it('plays a sound', async () => {
    const sound = encodeG711('PCMA', toneSamples(400, 0, 8000));
    const call = await caller({ scenario: 'uac-media', sound, pauseMs: 1500 });
    const talk = await call.answer();
    await talk.hear(400);
    await talk.ended;
    await succeeds();
  });

  it('has its echo heard', async () => {
    sipp = await Sipp.start({ scenario: 'uas-answered', echo: true });
    const alice = await Phone.start({ username: '201', server: { ...sipp.local, transport: 'udp' } });
    const talk = await (await alice.invite('202')).answered();
    talk.sendTone(440);
    await talk.hear(440);
    await talk.hangUp();
    await succeeds();
    alice.expectNoSurprises();
    await alice.close();
  });

  const listeners: Readonly<Record<string, (alice: Phone) => Promise<void>>> = {
    'uas-busy': async (alice) => {
      assert.equal((await (await alice.invite('202')).final).status, 486);
    },
    'uas-hangs-up': async (alice) => {
      const talk = await (await alice.invite('202')).answered();
      assert.equal((await talk.ended).by, 'them');
    },
    'uas-cancelled': (alice) => cancelWith(alice, {}),
    'uas-answered-elsewhere': (alice) => cancelWith(alice, { Reason: 'SIP;cause=200;text="Call completed elsewhere"' }),
    'uas-no-answer': (alice) => cancelWith(alice, { Reason: 'SIP;cause=408' }),
    'trunk-out': async (alice) => {
      const call = await alice.invite('0612345678', { headers: { 'P-Asserted-Identity': '<sip:+31851234567@x>' } });
      await (await call.answered()).hangUp();
    },
  };

  async function cancelWith(alice: Phone, headers: Record<string, string>): Promise<void> {
    const call = await alice.invite('202');
    await call.provisional(180);
    await call.cancel(headers);
    assert.equal((await call.final).status, 487);
  }

  async function listens(scenario: string, act: (alice: Phone) => Promise<void>, transport: 'udp' | 'tcp') {
    sipp = await Sipp.start({ scenario, pauseMs: 50, transport, keys: { number: '0612345678' } });
    const alice = await Phone.start({ username: '201', server: { ...sipp.local, transport } });
    try {
      await act(alice);
      // Before SIPp ends: on TCP its end is one.
      alice.expectNoSurprises();
      await succeeds();
    } finally {
      await alice.close();
    }
  }

  for (const [scenario, act] of Object.entries(listeners)) {
    for (const transport of ['udp', 'tcp'] as const) {
      it(`plays ${scenario} on ${transport}`, () => listens(scenario, act, transport));
    }
  }

  it('tells readably what went wrong', async () => {
    await assert.rejects(
      listens('uas-answered-elsewhere', (alice) => cancelWith(alice, { Reason: 'SIP;cause=487' }), 'udp'),
      /uas-answered-elsewhere: exit code 1[^]*1 failed[^]*cause=487/,
    );
  });

  it('is killed when it takes too long', async () => {
    await assert.rejects(runSipp({ scenario: 'uas-busy', timeoutMs: 300 }), /took too long/);
  });

  it('gets over losses', async () => {
    const weather = together(
      loseOnce('to-server', 'INVITE'),
      loseFirst(2, 'from-server', '200 INVITE'),
      loseOnce('from-server', '200 BYE'),
    );
    const network = await LossyNetwork.open({ server: phone.local, weather });
    const call = await caller({ scenario: 'uac-answered', pauseMs: 50, server: network.near });
    await (
      await call.answer({}, { withinMs: 8000 })
    ).ended;
    await succeeds();
    network.close();
    assert.equal(network.lost.length, 4);
  }).timeout(20_000);
});
