import assert from 'node:assert/strict';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { readHead } from '../../src/sip-engine/message/head.ts';
import type { Headers } from '../../src/sip-engine/message/headers.ts';
import { defaultLimits } from '../../src/sip-engine/message/limits.ts';
import { StreamFramer } from '../../src/sip-engine/message/stream-framer.ts';
import { type Rig, startRig, until } from '../contract/sip-engine/rig.ts';
import { tortureCases } from './rfc4475-cases.ts';

/** What the application of this test answers to whatever reaches it. */
const applicationSays = { OPTIONS: 200, REGISTER: 200, MESSAGE: 202, INVITE: 603 };

/** Where the engine answers a readable message by itself, and the response is not for anything that it asked. */
const byTheEngine: Readonly<Record<string, number | 'silence'>> = {
  // Its To has a tag, of a dialog that nobody knows (RFC 3261 §12.2.2).
  wsinv: 481,
  intmeth: 501,
  esc02: 501,
  zeromf: 483,
  unreason: 'silence',
  noreason: 'silence',
  bcast: 'silence',
};

function bytesOf(name: string): Buffer {
  return readFileSync(new URL(`./rfc4475/${name}.dat`, import.meta.url));
}

/**
 * With a branch of its own, where it has one: some messages of the RFC have that of another, and the engine would take
 * them for its repetition. The rest is as in the file.
 */
function sentBytes(name: string, transport: 'UDP' | 'TCP'): Buffer {
  const text = bytesOf(name).toString('latin1');
  return Buffer.from(text.replace(/branch=z9hG4bK(?=[^;\s])/g, `$&${name}-${transport}-`), 'latin1');
}

function expectedOf({ name, expect }: (typeof tortureCases)[number]): number | 'silence' {
  if (expect === 'drop') return 'silence';
  if (expect !== 'accept') return expect;
  const own = byTheEngine[name];
  if (own !== undefined) return own;
  const method = bytesOf(name).toString('latin1').split(' ')[0] ?? '';
  const [, status] = Object.entries(applicationSays).find(([known]) => known === method) ?? [];
  assert.ok(status, `nothing is expected of ${name}, a ${method}`);
  return status;
}

let probes = 0;

/** A request that nothing is wrong with. */
function goodOptions(transport: 'UDP' | 'TCP'): { bytes: Buffer; callId: string } {
  const callId = `probe-${String(++probes)}`;
  const text = [
    'OPTIONS sip:exchange.example SIP/2.0',
    `Via: SIP/2.0/${transport} 127.0.0.1:9;branch=z9hG4bK${callId}`,
    'Max-Forwards: 70',
    `From: <sip:probe@exchange.example>;tag=${callId}`,
    'To: <sip:exchange.example>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  return { bytes: Buffer.from(`${text.join('\r\n')}\r\n\r\n`), callId };
}

interface Response {
  readonly status: number;
  readonly headers: Headers;
}

/** Not by `parseMessage`: the answer to a broken request bears the broken fields. */
function readResponse(bytes: Buffer): Response {
  const { startLine, headers } = readHead(bytes, defaultLimits);
  assert.match(startLine, /^SIP\/2\.0 [1-6]\d\d \S/);
  assert.equal(bytes.subarray(-4).toString(), '\r\n\r\n');
  return { status: Number(startLine.slice(8, 11)), headers };
}

const callIdOf = (response: Response): string | undefined => response.headers.get('Call-ID');
const isFinal = ({ status }: Response): boolean => status >= 200;

/** An engine of its own, for the same message by another transport would be one that came by two ways (482). */
function withEngine(): () => Rig {
  let rig: Rig;
  before(async () => {
    // T1 as in the RFC: an answer that is repeated would be counted twice.
    rig = await startRig({ timers: { t1: 500 }, limits: { messageMs: 200 } });
    rig.srf.options((_, res) => res.send(applicationSays.OPTIONS));
    rig.srf.register((_, res) => res.send(applicationSays.REGISTER));
    rig.srf.message((_, res) => res.send(applicationSays.MESSAGE));
    rig.srf.invite((_, res) => res.send(applicationSays.INVITE));
    await rig.routed(...Object.keys(applicationSays));
  });
  after(() => rig.close());
  return () => rig;
}

describe('the torture messages of RFC 4475, on the wire', () => {
  describe('by UDP', () => {
    const rig = withEngine();
    let socket: UdpSocket;
    let came: Buffer[] = [];
    beforeEach(async () => {
      came = [];
      socket = createSocket('udp4').bind(0, '127.0.0.1');
      socket.on('message', (bytes) => came.push(bytes));
      await once(socket, 'listening');
    });
    afterEach(() => new Promise<void>((resolve) => socket.close(() => resolve())));

    /** What came in answer to `bytes`. The engine takes one after the other: the answer to a good request ends it. */
    const answersTo = async (bytes: Buffer): Promise<Response[]> => {
      const probe = goodOptions('UDP');
      const send = (what: Buffer) => socket.send(what, rig().udp.port, rig().udp.address);
      send(bytes);
      send(probe.bytes);
      const responses = (): Response[] => came.map(readResponse);
      const isProbe = (response: Response): boolean => callIdOf(response) === probe.callId;
      await until(() => responses().some(isProbe), 'a good OPTIONS has no answer');
      assert.equal(responses().find(isProbe)?.status, 200);
      return responses().filter((response) => !isProbe(response));
    };

    for (const torture of tortureCases) {
      const expected = expectedOf(torture);
      it(`§${torture.section} ${torture.name}: ${torture.what}: ${String(expected)}`, async () => {
        const sent = sentBytes(torture.name, 'UDP');
        const finals = (await answersTo(sent)).filter(isFinal);
        if (expected === 'silence') return assert.deepEqual(finals, []);
        assert.deepEqual(
          finals.map(({ status }) => status),
          [expected],
        );
        const [answer] = finals;
        assert.ok(answer);
        const { headers } = readHead(sent, defaultLimits);
        for (const field of ['Call-ID', 'CSeq', 'From']) {
          assert.equal(answer.headers.get(field), headers.get(field), `${field} is that of the request`);
        }
        assert.equal(answer.headers.all('Via').length, headers.all('Via').length);
      });
    }

    it('badbranch: two requests with no more than the cookie are two', async () => {
      for (const callId of ['one', 'another']) {
        const text = bytesOf('badbranch')
          .toString()
          .replace(/Call-ID: .*/, `Call-ID: ${callId}`);
        came = [];
        assert.deepEqual((await answersTo(Buffer.from(text))).map(callIdOf), [callId]);
      }
    });
  });

  describe('by TCP', () => {
    const rig = withEngine();
    /** The final answers to what was sent, until as many came as expected, or the engine closed. */
    const exchange = async (bytes: Buffer, expected: number): Promise<{ statuses: number[]; closed: boolean }> => {
      const socket = connect(rig().tcp.port, rig().tcp.address);
      const framer = new StreamFramer();
      const responses: Response[] = [];
      let closed = false;
      socket.on('close', () => (closed = true));
      socket.on('data', (chunk) => {
        for (const frame of framer.feed(chunk)) if (frame.kind === 'message') responses.push(readResponse(frame.bytes));
      });
      socket.write(bytes);
      await until(
        () => closed || responses.filter(isFinal).length >= expected,
        `there are fewer than ${String(expected)} answers`,
      );
      socket.destroy();
      return { statuses: responses.filter(isFinal).map(({ status }) => status), closed };
    };
    const followedByGood = (name: string): Buffer => Buffer.concat([sentBytes(name, 'TCP'), goodOptions('TCP').bytes]);
    afterEach(async () => {
      assert.deepEqual((await exchange(goodOptions('TCP').bytes, 1)).statuses, [200]);
    });

    it('dblreq: both requests of the stream are answered', async () => {
      assert.deepEqual((await exchange(sentBytes('dblreq', 'TCP'), 2)).statuses.sort(), [200, 603]);
    });

    for (const name of ['ncl', 'mcl01', 'inv2543']) {
      it(`${name}: nobody can tell where the next message begins: 400, and the connection is closed`, async () => {
        assert.deepEqual(await exchange(followedByGood(name), 2), { statuses: [400], closed: true });
      });
    }

    it('clerr: the connection is closed when the bytes that were promised do not come', async () => {
      assert.deepEqual(await exchange(sentBytes('clerr', 'TCP'), 1), { statuses: [], closed: true });
    });

    for (const name of ['badinv01', 'quotbal', 'ltgtruri', 'trws', 'escruri', 'mismatch01', 'insuf', 'multi01']) {
      it(`${name}: 400, and the stream goes on with what follows`, async () => {
        assert.deepEqual((await exchange(followedByGood(name), 2)).statuses, [400, 200]);
      });
    }

    for (const name of ['unreason', 'bcast', 'bigcode', 'scalarlg']) {
      it(`${name}: silence, and the stream goes on with what follows`, async () => {
        assert.deepEqual((await exchange(followedByGood(name), 1)).statuses, [200]);
      });
    }
  });
});
