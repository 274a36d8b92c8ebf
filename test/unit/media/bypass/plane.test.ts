import assert from 'node:assert/strict';
import { BypassPlane } from '../../../../src/media/bypass/plane.ts';

const alice = sdp('192.0.2.1', 4000);
const bobby = sdp('192.0.2.2', 5000);
const spec = { call: 'call', via: '192.0.2.99', onEvent: () => undefined };

describe('media bypass', () => {
  it('hands each party the words of the other', async () => {
    const { from, to } = await talking();
    assert.equal(to.offer('192.0.2.99'), alice);
    assert.deepEqual(await from.answer(), { ok: true, value: bobby });
  });

  it('answers a hold in the name of the other, and a resume in a later version', async () => {
    const { from } = await talking();
    const held = await from.renegotiate(alice.replace('sendrecv', 'sendonly'));
    const resumed = await from.renegotiate(alice);
    assert.ok(held.ok && resumed.ok);
    assert.match(held.value, /^a=recvonly\r$/m);
    assert.match(held.value, /^m=audio 5000 /m);
    assert.match(held.value, /^o=- 1 2 /m);
    assert.match(resumed.value, /^a=sendrecv\r$/m);
    assert.match(resumed.value, /^o=- 1 3 /m);
  });

  it('hands on an untouched answer to a refresh', async () => {
    const { from } = await talking();
    assert.deepEqual(await from.renegotiate(alice), { ok: true, value: bobby });
  });

  it('refuses a move: the other party is not told of it', async () => {
    const { from } = await talking();
    const moved = await from.renegotiate(sdp('192.0.2.3', 4000));
    assert.equal(!moved.ok && moved.error.code, 'MEDIA_FAILED');
  });

  it('has nothing of its own to offer', async () => {
    const offering = await new BypassPlane().offering({ ...spec, like: undefined });
    assert.equal(!offering.ok && offering.error.code, 'MEDIA_FAILED');
  });

  it('says plainly that it can neither play nor record, nor speak with a party itself', async () => {
    const { plane, from, to } = await talking();
    assert.deepEqual(plane.can, { transcode: false, record: false, play: false });
    const recording = { file: 'x', maximumSeconds: 1, silenceSeconds: 1 };
    const refusals = [
      await from.attend(),
      await from.play([{ is: 'music' }], { repeat: true }),
      await to.play([], { repeat: false }),
      await to.record(recording),
      await from.record(recording),
    ];
    for (const refusal of refusals) assert.equal(!refusal.ok && refusal.error.code, 'CANNOT_PLAY');
    await Promise.all([from.silence(), to.silence(), from.finishRecording(), to.finishRecording()]);
  });

  it('forgets what was closed', async () => {
    const { plane, from, to } = await talking();
    assert.equal(plane.load().endpoints, 2);
    assert.equal((await from.close()).codec, 'PCMA/8000');
    await to.close();
    assert.equal(plane.load().endpoints, 0);
  });
});

async function talking() {
  const plane = new BypassPlane();
  const from = await plane.answering({ ...spec, offer: alice });
  assert.ok(from.ok);
  const to = await plane.offering({ ...spec, like: from.value });
  assert.ok(to.ok);
  assert.ok((await to.value.accept(bobby)).ok);
  assert.ok((await plane.bridge(from.value, to.value)).ok);
  return { plane, from: from.value, to: to.value };
}

function sdp(address: string, port: number): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 8`,
    'a=sendrecv',
    '',
  ].join('\r\n');
}
