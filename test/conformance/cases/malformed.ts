import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { printMessage } from '../../../src/sip-engine/message/print.ts';
import { tortureCases } from '../../torture/rfc4475-cases.ts';
import { fieldOf, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

/** What comes back for these bytes, until the server and the application have done all that they will do. */
async function answersTo(stage: Stage, bytes: Buffer): Promise<readonly number[]> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  stage.finally(() => socket.close());
  const { udp } = stage.subject.sip;
  const statuses: number[] = [];
  const probes = new Map<string, () => void>();
  socket.on('message', (message) => {
    const text = message.toString('latin1');
    const probe = /probe-\d+-\d+/.exec(text)?.[0];
    if (probe !== undefined) probes.get(probe)?.();
    else if (text.startsWith('SIP/2.0 ')) statuses.push(Number(text.slice(8, 11)));
  });
  const passed = async (): Promise<void> => {
    const probe = `probe-${String(socket.address().port)}-${String(probes.size)}`;
    const answered = new Promise<void>((resolve) => probes.set(probe, resolve));
    const good = [
      `CANCEL ${stage.service} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${String(socket.address().port)};branch=z9hG4bK${probe}`,
      `From: <sip:a@example.com>;tag=1`,
      `To: <${stage.service}>`,
      `Call-ID: ${probe}`,
      'CSeq: 1 CANCEL',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    socket.send(good, udp.port, udp.address);
    await answered;
  };
  socket.send(bytes, udp.port, udp.address);
  await passed();
  // The application has seen the request when it sees the first of these, and the server its answer before the second.
  await stage.routed();
  await stage.routed();
  await passed();
  return statuses;
}

/** Answered by the application where it is handed up, 603 to an INVITE and 200 to all else; `none`: by nobody. */
const finals: Readonly<Record<number | 'none', string>> = {
  none: 'unreason noreason scalarlg bigcode bcast',
  200: 'escnull lwsdisp dblreq semiuri transports badbranch unkscm novelsc unksm2 bext01 regaut01 cparam01 cparam02 regescrt',
  400: 'clerr ncl scalar02 quotbal ltgtruri regbadct baddn mismatch01 mismatch02 insuf multi01 mcl01',
  481: 'wsinv',
  603: 'esc01 longreq invut sdp01 inv2543',
};

function finalsOf(stage: Stage, name: string): readonly number[] {
  switch (name) {
    case 'intmeth':
    case 'esc02':
      return stage.differs('silence', { ours: [501], drachtio: [] });
    case 'badinv01':
    case 'lwsruri':
      return stage.differs('unreadable', { ours: [400], drachtio: [] });
    case 'badvers':
      return stage.differs('unreadable', { ours: [505], drachtio: [] });
    case 'badaspec':
    case 'trws':
      return stage.differs('forgiven', { ours: [400], drachtio: [200] });
    case 'escruri':
      return stage.differs('forgiven', { ours: [400], drachtio: [603] });
    case 'lwsstart':
      return stage.differs('forgiven', { ours: [400], drachtio: [] });
    case 'baddate':
      return stage.differs('unused-fields', { ours: [603], drachtio: [400] });
    case 'mpart01':
      return stage.differs('multipart', { ours: [200], drachtio: [400] });
    case 'zeromf':
      return stage.differs('max-forwards', { ours: [483], drachtio: [200] });
  }
  const status = Object.entries(finals).find(([, names]) => names.split(' ').includes(name))?.[0];
  assert.ok(status, `say what ${name} is to be answered with`);
  return status === 'none' ? [] : [Number(status)];
}

export const malformed: Suite = {
  title: 'messages that are not as they should be',
  options: {},
  cases(check) {
    for (const [what, bytes] of [
      ['zeros', Buffer.alloc(4)],
      ['a large datagram of nothing', Buffer.alloc(60_000, 'x')],
      ['a start line alone', Buffer.from('INVITE sip:x SIP/2.0\r\n\r\n')],
      ['bytes of every value', Buffer.from(Array.from({ length: 256 }, (_, at) => at))],
    ] as const) {
      check(`is not impressed by ${what}`, async (stage) => {
        await answersTo(stage, bytes);
      });
    }

    for (const { name, section, what } of tortureCases) {
      check(`answers, or not, ${what} (RFC 4475 §${section})`, async (stage) => {
        const { srf } = stage;
        for (const verb of ['options', 'register', 'message'] as const) srf[verb]((_req, res) => res.send(200));
        srf.invite((_req, res) => res.send(603));
        await stage.routed();
        const text = readFileSync(new URL(`../../torture/rfc4475/${name}.dat`, import.meta.url)).toString('latin1');
        // It comes by UDP, and says so; whether that matters is a case of its own.
        const own = text
          .replace(/branch=z9hG4bK(?=[^;\s])/g, `$&${name}${String(Date.now())}`)
          .replace(/^((?:Via|v): SIP\/2\.0\/)(?:TCP|TLS)/m, '$1UDP');
        const finals = (await answersTo(stage, Buffer.from(own, 'latin1'))).filter((status) => status >= 200);
        assert.deepEqual([...new Set(finals)], finalsOf(stage, name));
      });
    }

    check('answers a request that comes by UDP and says in its Via that it came by TCP', async (stage) => {
      stage.srf.options((_req, res) => res.send(200));
      await stage.routed();
      const options = stage.alice.request('OPTIONS', stage.service);
      const via = fieldOf(options, 'Via').replace('/UDP', '/TCP');
      options.headers.set('Via', via);
      const statuses = await answersTo(stage, printMessage(options));
      assert.deepEqual(statuses, stage.differs('via-transport', { ours: [200], drachtio: [] }));
    });

    check('answers 483 where nobody may pass a request on', async (stage) => {
      const { alice, srf } = stage;
      srf.options((_req, res) => res.send(200));
      await stage.routed();
      const options = alice.request('OPTIONS', stage.service, { 'Max-Forwards': '0' });
      stage.say(alice, options);
      assert.equal(
        (await alice.takesFinal(options)).status,
        stage.differs('max-forwards', { ours: 483, drachtio: 200 }),
      );
    });

    check('takes a request that came by two ways once', async (stage) => {
      const { alice, srf } = stage;
      let asked = 0;
      srf.options((_req, res) => {
        asked++;
        setTimeout(() => res.send(200), 100);
      });
      await stage.routed();
      const options = alice.request('OPTIONS', stage.service);
      stage.say(alice, options);
      const merged = { ...options, headers: options.headers.clone() };
      merged.headers.set('Via', alice.via());
      stage.say(alice, merged);
      const both = stage.differs('merged', { ours: [482, 200], drachtio: [200, 200] });
      for (const status of both) await alice.takes(status, 'OPTIONS');
      const statuses = alice.seen.filter((one) => fieldOf(one, 'CSeq') === '1 OPTIONS');
      assert.deepEqual(
        statuses.map((one) => one.kind === 'response' && one.status),
        both,
      );
      assert.equal(asked, both.filter((status) => status === 200).length);
    });

    check('knows compact forms, folded lines and header fields in any case', async (stage) => {
      const { alice, srf } = stage;
      const asked = new Promise<{ get(name: string): string }>((resolve) => {
        srf.message((req, res) => {
          resolve(req);
          res.send(200);
        });
      });
      await stage.routed();
      const id = `compact-${String(alice.port)}`;
      const text = [
        `MESSAGE ${stage.service} SIP/2.0`,
        `v: SIP/2.0/UDP 127.0.0.1:${String(alice.port)};branch=z9hG4bK${id}`,
        `f: <sip:a@example.com>;tag=1`,
        `T: <${stage.service}>`,
        `i: ${id}`,
        'cSEQ: 1 MESSAGE',
        's: one',
        '  two',
        'c: text/plain',
        'max-forwards: 70',
        'l: 2',
        '',
        'hi',
      ].join('\r\n');
      alice.raw(Buffer.from(text), stage.subject.sip.udp);
      await alice.takes(200, 'MESSAGE');
      const req = await asked;
      assert.equal(req.get('Call-ID'), id);
      assert.match(req.get('Subject'), /^one\s+two$/);
      assert.equal(req.get('Content-Type'), 'text/plain');
    });
  },
};
