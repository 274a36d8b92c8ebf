import assert from 'node:assert/strict';
import { calleeLeg } from '../../../src/call/party.ts';
import { Fault } from '../../../src/faults/fault.ts';
import { CallMedia } from '../../../src/switchboard/call-media.ts';
import { FakeMedia, settled } from './fake-media.ts';

describe('the media of a call', () => {
  let fake: FakeMedia;
  let heard: { readonly type: string }[];
  let reported: string[];
  let media: CallMedia;

  beforeEach(() => {
    fake = new FakeMedia();
    heard = [];
    reported = [];
    media = new CallMedia(
      fake.plane,
      { call: 'call-1', offer: 'offer', via: '192.0.2.1' },
      (happening) => heard.push(happening),
      (fault) => reported.push(fault.message),
    );
  });

  function types(): readonly string[] {
    return heard.map(({ type }) => type);
  }

  async function opened(): Promise<void> {
    media.open('both');
    await settled();
  }

  it('is opened on both sides, connected, and closed with its counters', async () => {
    await opened();
    assert.equal(media.offer('192.0.2.2'), 'offer via 192.0.2.2');
    media.connect(calleeLeg(1), 'their answer');
    await settled();
    assert.equal(media.answer, 'answer');
    assert.deepEqual(await media.renegotiate('callee', 'hold'), { ok: true, value: 'callee answers hold' });
    media.close();
    await settled();
    assert.deepEqual(types(), ['media-opened', 'media-connected', 'media-closed']);
    assert.deepEqual(fake.closed, ['caller', 'callee']);
    const counters = {
      codec: 'PCMA/8000',
      packetsReceived: 1,
      bytesReceived: 160,
      packetsSent: 2,
      bytesSent: 320,
      packetsLost: 0,
      jitterMs: 0,
    };
    assert.deepEqual(heard.at(-1), { type: 'media-closed', media: { caller: counters, callee: counters } });
  });

  it('that is closed while it is being opened is closed once it is open', async () => {
    let open = (): void => undefined;
    fake.gates.set('offering', new Promise((resolve) => (open = resolve)));
    media.open('both');
    media.close();
    await settled();
    assert.deepEqual([types(), fake.closed], [[], []]);
    open();
    await settled();
    assert.deepEqual(types(), ['media-opened', 'media-closed']);
    assert.deepEqual(fake.closed, ['caller', 'callee']);
  });

  it('leaves no caller’s endpoint behind when there is none for the callee', async () => {
    fake.failing.add('offering');
    await opened();
    assert.deepEqual(heard, [{ type: 'media-failed', fault: 'NO_COMMON_CODEC' }]);
    assert.deepEqual([fake.closed, reported], [['caller'], ['offering failed']]);
    media.close();
    await settled();
    assert.deepEqual(heard.at(-1), { type: 'media-closed', media: undefined });
    assert.deepEqual(fake.closed, ['caller']);
  });

  it('fails when the plane refuses or breaks', async () => {
    fake.failing.add('answering');
    await opened();
    assert.deepEqual([types(), fake.opened], [['media-failed'], []]);
    fake.failing.clear();
    fake.throwing.add('answering');
    await opened();
    assert.deepEqual(heard.at(-1), { type: 'media-failed', fault: 'INTERNAL' });
  });

  for (const step of ['accept', 'bridge', 'answer'] as const) {
    it(`is not connected when ${step} fails or breaks: nothing has been said to the caller yet`, async () => {
      await opened();
      fake.failing.add(step);
      media.connect(calleeLeg(1), 'their answer');
      await settled();
      assert.deepEqual(heard.at(-1), { type: 'not-connected', leg: calleeLeg(1), fault: 'NO_COMMON_CODEC' });
      fake.failing.clear();
      fake.throwing.add(step);
      media.connect(calleeLeg(1), 'their answer');
      await settled();
      assert.deepEqual(heard.at(-1), { type: 'not-connected', leg: calleeLeg(1), fault: 'INTERNAL' });
      assert.ok(!types().includes('media-connected'));
    });
  }

  it('is not connected once it is closed', async () => {
    await opened();
    media.close();
    await settled();
    media.connect(calleeLeg(1), 'their answer');
    await settled();
    assert.deepEqual(heard.at(-1), { type: 'not-connected', leg: calleeLeg(1), fault: 'MEDIA_FAILED' });
    const later = await media.renegotiate('caller', 'hold');
    assert.ok(!later.ok && later.error.code === 'MEDIA_FAILED');
    assert.equal(media.offer('192.0.2.2'), '');
  });

  it('may be closed twice, and before it was opened', async () => {
    media.close();
    await opened();
    media.close();
    media.close();
    await settled();
    assert.deepEqual(types(), ['media-closed', 'media-opened', 'media-closed', 'media-closed']);
  });

  it('tells when an endpoint is lost and which side fell silent', async () => {
    await opened();
    fake.emit(1, { type: 'silent', milliseconds: 30_000 });
    fake.emit(0, { type: 'lost', fault: new Fault('MEDIA_FAILED', 'the worker is gone') });
    assert.deepEqual(heard.slice(1), [
      { type: 'media-silent', side: 'callee' },
      { type: 'media-failed', fault: 'MEDIA_FAILED' },
    ]);
    assert.deepEqual(reported, ['the worker is gone']);
  });
});
