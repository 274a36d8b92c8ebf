import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type SipEngine, startEngine } from '../../src/sip-engine/engine.ts';
import { type Frame, FrameClient } from './sip-engine/frames.ts';
import { type Line, readTranscript } from './sip-engine/transcript.ts';

const listen = [
  { transport: 'tcp' as const, address: '127.0.0.1', port: 0 },
  { transport: 'udp' as const, address: '127.0.0.1', port: 0 },
];

describe('the control port', () => {
  let engine: SipEngine;
  let client: FrameClient;
  before(async () => {
    engine = await startEngine({ listen, secret: 'geheim', timers: { t1: 20 } }, () => undefined);
  });
  after(() => engine.close());
  beforeEach(async () => {
    client = await FrameClient.open(engine.control.port);
  });
  afterEach(() => {
    client.close();
  });

  it('tells what it listens on, and a version that drachtio-srf pings', async () => {
    const [verdict, outside, version, inside] = await client.ask('authenticate|geheim|t1,t2');
    const { port } = engine.listening.find(({ transport }) => transport === 'tcp') ?? { port: 0 };
    assert.equal(verdict, 'OK');
    assert.match(version ?? '', /^v0\.9\.10$/);
    assert.ok(outside?.split(',').includes(`tcp/127.0.0.1:${String(port)}`));
    assert.equal(outside, inside);
    assert.deepEqual(await client.ask('ping'), ['OK', 'pong']);
  });

  it('hangs up on a wrong secret, and hears nothing before the right one', async () => {
    assert.deepEqual(await client.ask('authenticate|cymru|'), ['NO', 'incorrect secret']);
    await client.closed;
    for (const verb of ['ping', 'route|invite', 'sip||']) {
      const stranger = await FrameClient.open(engine.control.port);
      assert.equal((await stranger.ask(verb))[0], 'NO');
      await stranger.closed;
    }
    assert.equal((await engine.stats()).applications, 0);
  });

  it('hangs up on what is no frame, and on verbs that it does not know', async () => {
    client.write('hello');
    await client.closed;
    for (const [meta, why] of [
      ['frobnicate|x', 'Unknown message type'],
      ['sip||', 'transaction id missing'],
    ] as const) {
      const other = await FrameClient.open(engine.control.port);
      await other.ask('authenticate|geheim|');
      assert.deepEqual(await other.ask(meta, 'SIP/2.0 200 OK\r\n\r\n'), ['NO', why]);
      await other.closed;
    }
  });

  it('takes back the one verb that is named', async () => {
    await client.ask('authenticate|geheim|');
    for (const verb of ['invite', 'options']) await client.ask(`route|${verb}`);
    assert.deepEqual(await client.ask('remove_route|options'), ['OK']);
    assert.deepEqual((await engine.stats()).routed, ['INVITE']);
  });

  it('counts bytes, not letters, and reads a frame that comes in pieces', async () => {
    await client.ask('authenticate|geheim|');
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const heard = once(socket, 'message') as Promise<[Buffer]>;
    const message = `MESSAGE sip:x@127.0.0.1:${String(socket.address().port)} SIP/2.0\r\nSubject: café ☎\r\nContent-Type: text/plain\r\n\r\nhé ☎`;
    const payload = `p1|sip||\r\n${message}`;
    const bytes = Buffer.from(`${String(Buffer.byteLength(payload))}#${payload}`);
    for (let at = 0; at < bytes.length; at += 7) client.write(bytes.subarray(at, at + 7).toString('latin1'));
    client.close();
    client = await FrameClient.open(engine.control.port);
    await client.ask('authenticate|geheim|');
    const echo = await client.answer(client.send('sip||', message));
    assert.equal(Number(echo.fields[5]), Buffer.byteLength(echo.message));
    const text = (await heard)[0].toString();
    assert.match(text, /Subject: café ☎\r\n/);
    assert.match(text, /Content-Length: 7\r\n/);
    assert.ok(text.endsWith('hé ☎'));
    socket.close();
  });
});

/** Where we do otherwise on purpose: by flow, what is put in the place of what was captured. */
const onPurpose: Readonly<Record<string, readonly [captured: RegExp, ours: string]>> = {
  // The 200 to a re-INVITE had another Contact, and that is the target from then on (RFC 3261 §12.2.1.2).
  'INVITE as UAS, BYE from app, reINVITE from app, INFO from app': [/^(ACK|INFO|BYE) sip:alice/, '$1 sip:bob'],
};

describe('what drachtio-server said, said by the engine', () => {
  const ports = { server: 5070, alice: 6001, bob: 6002 };
  let engine: SipEngine;
  let client: FrameClient;
  let alice: Socket;
  let bob: Socket;
  before(async () => {
    engine = await startEngine({ listen: listen.toReversed(), secret: 'cymru', timers: { t1: 500 } }, () => undefined);
  });
  after(() => engine.close());
  beforeEach(async () => {
    client = await FrameClient.open(engine.control.port);
    await client.ask('authenticate|cymru|');
    for (const verb of ['invite', 'register', 'options', 'subscribe']) await client.ask(`route|${verb}`);
    [alice, bob] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [alice, bob]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
  });
  afterEach(() => {
    client.close();
    alice.close();
    bob.close();
  });

  for (const { title, lines } of readTranscript(new URL('./sip-engine/drachtio-frames.txt', import.meta.url))) {
    it(title, async () => {
      const udp = engine.listening.find(({ transport }) => transport === 'udp')?.port ?? 0;
      const same = new Correspondence(
        new Map([
          [ports.server, udp],
          [ports.alice, alice.address().port],
          [ports.bob, bob.address().port],
        ]),
      );
      const reached = new Map([alice, bob].map((peer) => [peer, once(peer, 'message') as Promise<[Buffer]>]));
      for (const line of lines) {
        if (line.from === 'application') {
          const [id = '', ...fields] = line.fields;
          same.note(
            id,
            client.send(
              same.translated(fields.join('|')),
              line.message === '' ? undefined : same.translated(line.message),
            ),
          );
          continue;
        }
        if (line.fields[1] === 'sip' && line.fields[2] === 'network') {
          const peer = line.fields[6] === String(ports.alice) ? alice : bob;
          peer.send(same.translated(withoutRport(line.message)), udp, '127.0.0.1');
        }
        if (line.fields[1] === 'response' && line.fields[4] === 'network') {
          // What a peer answered to a request that was proxied to him: his answer bears the branch that we gave it.
          const peer = line.fields[8] === String(ports.alice) ? alice : bob;
          const [request] = (await reached.get(peer)) ?? [Buffer.alloc(0)];
          same.note(branchOf(line.message), branchOf(request.toString()));
          peer.send(same.translated(line.message), udp, '127.0.0.1');
        }
        const wanted = line.fields[1] === 'sip' ? client.sip() : client.answer(same.of(line.fields[2] ?? ''));
        const [captured, ours] = onPurpose[title] ?? [/^$/, ''];
        same.compare({ ...line, message: line.message.replace(captured, ours) }, await wanted);
      }
    });
  }
});

/** Which id, tag, branch, Call-ID and sequence of ours stands for which of the transcript; each once learnt must stay. */
class Correspondence {
  readonly #ours = new Map<string, string>();
  readonly #offsets = new Map<string, number>();

  constructor(private readonly ports: ReadonlyMap<number, number>) {}

  note(theirs: string, ours: string): void {
    const known = this.#ours.get(theirs);
    if (known === undefined) this.#ours.set(theirs, ours);
    else assert.equal(ours, known, `${theirs} was ${known}`);
  }

  of(theirs: string): string {
    return this.#ours.get(theirs) ?? theirs;
  }

  translated(text: string): string {
    let ours = text;
    for (const [theirs, known] of this.#ours) if (theirs.length > 3) ours = ours.replaceAll(theirs, known);
    for (const [theirs, known] of this.ports) ours = ours.replaceAll(`:${String(theirs)}`, `:${String(known)}`);
    return ours.replace(/(?<=^(?:cseq|rack): *(?:\d+ )?)\d{6,}/gim, (number) => {
      const callId = /^call-id: *(.*)$/im.exec(ours)?.[1] ?? [...this.#offsets.keys()].at(-1) ?? '';
      return String(Number(number) + (this.#offsets.get(callId.trim()) ?? 0));
    });
  }

  compare(line: Line, frame: Frame): void {
    this.#learn(line.message, frame.message);
    const ids = line.fields[1] === 'sip' ? [8, 9] : [10];
    for (const at of ids) {
      const [theirs = '', ours = ''] = [line.fields[at], frame.fields[at]];
      if (/^[0-9a-f-]{36}$/.test(theirs)) this.note(theirs, ours);
    }
    assert.equal(meta(frame.fields), this.translated(meta(line.fields)));
    assert.deepEqual(parts(frame.message), parts(this.translated(line.message)));
    if (frame.message !== '' && frame.fields.includes('application')) {
      assert.equal(Number(frame.fields[frame.fields.indexOf('application') + 1]), Buffer.byteLength(frame.message));
    }
  }

  #learn(theirs: string, ours: string): void {
    for (const token of [
      /^from: .*;tag=([^;\s]+)/im,
      /^to: .*;tag=([^;\s]+)/im,
      /^call-id: *(\S+)/im,
      /;branch=([^;\s,]+)/,
      /^rseq: *(\d+)/im,
    ]) {
      const [one, other] = [token.exec(theirs)?.[1], token.exec(ours)?.[1]];
      if (one !== undefined && other !== undefined) this.note(one, other);
    }
    const [one, other] = [theirs, ours].map((text) => Number(/^cseq: *(\d+)/im.exec(text)?.[1]));
    const callId = /^call-id: *(\S+)/im.exec(ours)?.[1];
    if (callId !== undefined && one !== undefined && one > 100_000 && !this.#offsets.has(callId)) {
      this.#offsets.set(callId, (other ?? 0) - one);
    }
  }
}

function branchOf(message: string): string {
  return /;branch=([^;\s,]+)/.exec(message)?.[1] ?? '';
}

/** Without the frame's own id, the number of bytes and the time. */
function meta(fields: readonly string[]): string {
  const at = fields.findIndex((field) => field === 'network' || field === 'application');
  const shown = at < 0 ? fields : fields.with(at + 1, 'bytes').with(at + 5, 'time');
  // A port is a field of its own here; a colon makes it one that `translated` knows.
  return shown
    .slice(1)
    .map((field) => (/^\d{4,5}$/.test(field) ? `:${field}` : field))
    .join('|');
}

/** Start line, header fields in no order, body. We say `received` always, which drachtio-server does not. */
function parts(message: string): unknown {
  const [head = '', ...body] = message.split('\r\n\r\n');
  const [start, ...fields] = head.split('\r\n');
  const plain = fields.map((field) => {
    const split = field.indexOf(':');
    const value = field.slice(split + 1).trim();
    const via = value.replace(/;(?:rport|received)(?:=[^;]*)?/g, '');
    return `${field.slice(0, split).toLowerCase()}: ${field.startsWith('Via') ? via : value.replace(/, +/g, ',')}`;
  });
  return { start, fields: plain.toSorted(), body: body.join('\r\n\r\n') };
}

function withoutRport(message: string): string {
  return message.replace(/;rport=\d+/, ';rport');
}
