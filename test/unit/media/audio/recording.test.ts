import assert from 'node:assert/strict';
import { Recording } from '../../../../src/media/audio/recording.ts';
import { tone } from '../../../../src/media/audio/tone.ts';

const limits = { maximumMs: 60_000, silenceMs: 3000 };
const start = 5000;
const speech = tone(500, 10_000);

/** Packet number `index` of the speech, as it arrives on time. */
function packet(index: number, from = 90_000) {
  return { ssrc: 1, timestamp: (from + 160 * index) >>> 0, pcm: speech.subarray(160 * index, 160 * index + 160) };
}

/** Lets packets come, each at its time plus its delay, and takes what is complete. */
function record(packets: readonly { index: number; lateMs?: number; from?: number }[], untilMs: number, most = limits) {
  const recording = new Recording(most, start);
  const arrivals = packets.map(({ index, lateMs = 0, from }) => ({
    at: start + 20 * index + lateMs,
    heard: packet(index, from),
  }));
  const pieces: Int16Array[] = [];
  let over: string | undefined;
  let now = start;
  for (; now <= start + untilMs && over === undefined; now += 20) {
    for (const { at, heard } of arrivals) if (at > now - 20 && at <= now) recording.hear(heard, now);
    const piece = recording.take(now);
    if (piece !== undefined) pieces.push(piece);
    over = recording.over(now);
  }
  const { rest, samples } = recording.finish(now - 20);
  const all = Int16Array.from([...pieces, rest].flatMap((piece) => [...piece]));
  return { pcm: all.subarray(0, samples), samples, pieces, over, endedAt: now - 20 - start };
}

const indexes = (count: number) => Array.from({ length: count }, (_, index) => ({ index }));

describe('a recording', () => {
  it('is what was said, in pieces of a second', () => {
    const { pcm, pieces } = record(indexes(200), 4000);
    assert.deepEqual(pcm, speech.subarray(0, pcm.length));
    assert.equal(pcm.length, 32_000);
    assert.ok(pieces.every((piece) => piece.length >= 8000 && piece.length < 8400));
    assert.equal(pieces.length, 3);
  });

  it('puts packets in order that overtook each other, and silence where one was lost', () => {
    const packets = indexes(100)
      .filter(({ index }) => index !== 40)
      .map(({ index }) => ({ index, lateMs: (index % 3) * 45 }));
    const { pcm } = record(packets, 2200);
    const expected = Int16Array.from(speech.subarray(0, 16_000));
    expected.fill(0, 6400, 6560);
    assert.deepEqual(pcm.subarray(0, 16_000), expected);
  });

  it('leaves out what comes when its place was written already', () => {
    const { pcm } = record([...indexes(200), { index: 10, lateMs: 3000 }], 4000);
    assert.deepEqual(pcm, speech.subarray(0, pcm.length));
  });

  it('stays as long as it took when a sender jumps to other timestamps', () => {
    const packets = indexes(200).map(({ index }) => ({ index, from: index < 100 ? 90_000 : 3_000_000_000 }));
    const { pcm, samples } = record(packets, 4000);
    assert.equal(samples, 32_000);
    assert.deepEqual(pcm, speech.subarray(0, 32_000));
  });

  it('ends after a silence, and leaves the silence out but for half a second', () => {
    const { over, endedAt, samples } = record(indexes(100), 10_000);
    assert.deepEqual([over, endedAt], ['silence', 1980 + 3000]);
    assert.equal(samples, 16_000 + 4000);
  });

  it('of nobody is empty', () => {
    const { over, samples } = record([], 10_000);
    assert.deepEqual([over, samples], ['silence', 0]);
  });

  it('takes a quiet hiss for silence', () => {
    const recording = new Recording(limits, start);
    const hiss = Int16Array.from({ length: 160 }, (_, index) => (index % 2 === 0 ? 100 : -100));
    recording.hear({ ssrc: 1, timestamp: 0, pcm: hiss }, start + 2000);
    assert.equal(recording.over(start + 3000), 'silence');
  });

  it('ends when it is full, to the sample', () => {
    const { over, samples, pcm } = record(indexes(200), 10_000, { maximumMs: 1500, silenceMs: 3000 });
    assert.deepEqual([over, samples], ['full', 12_000]);
    assert.deepEqual(pcm, speech.subarray(0, 12_000));
  });

  it('ends in order after its thread was held up for long', () => {
    const recording = new Recording(limits, start);
    recording.hear(packet(0), start);
    recording.hear(packet(600), start + 12_000);
    const { rest, samples } = recording.finish(start + 12_000);
    assert.ok(samples <= rest.length);
  });
});
