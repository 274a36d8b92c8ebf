import assert from 'node:assert/strict';
import { Continuation } from '../../../../src/media/relay/continuation.ts';
import { sequenceOf, timestampOf, writeHeader } from '../../../../src/media/rtp/header.ts';

const theirs = 0xaaaa;

function packet(sequence: number, timestamp: number, ssrc = theirs): Buffer {
  const bytes = Buffer.alloc(172);
  writeHeader(bytes, { marker: false, payloadType: 8, sequence, timestamp, ssrc });
  return bytes;
}

function numbers(bytes: Buffer): readonly [number, number] {
  return [sequenceOf(bytes), timestampOf(bytes)];
}

function senderReport(ssrc: number, timestamp: number): Buffer {
  const report = Buffer.alloc(28);
  report.set([0x80, 200, 0, 6]);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(timestamp, 16);
  return report;
}

describe('the numbers of a stream that two speak in', () => {
  /** One packet of theirs at 0 ms, and two of ours. */
  function interrupted(sequence = 100, timestamp = 1000): Continuation {
    const stream = new Continuation();
    stream.theirs(packet(sequence, timestamp), 0);
    const next = stream.next(40);
    assert.ok(next);
    assert.deepEqual(next, { ssrc: theirs, sequence: (sequence + 1) % 65_536, timestamp: (timestamp + 320) % 2 ** 32 });
    stream.ours(packet(next.sequence, next.timestamp), 40);
    stream.ours(packet(next.sequence + 1, next.timestamp + 160), 60);
    return stream;
  }

  it('pass as they came while we have not spoken', () => {
    const stream = new Continuation();
    assert.equal(stream.next(0), undefined);
    const numbered: readonly (readonly [number, number])[] = [
      [7, 1000],
      [9, 1320],
      [8, 1160],
    ];
    for (const each of numbered) {
      const relayed = packet(each[0], each[1]);
      stream.theirs(relayed, 20);
      assert.deepEqual(numbers(relayed), each);
    }
    assert.deepEqual(stream.next(40), { ssrc: theirs, sequence: 10, timestamp: 1480 });
  });

  it('go on after ours, whatever the other counted in the meantime, and stay so', () => {
    const stream = interrupted();
    const [resumed, next] = [packet(500, 90_000), packet(501, 90_160)];
    stream.theirs(resumed, 100);
    stream.theirs(next, 120);
    assert.deepEqual(numbers(resumed), [103, 1480 + 320]);
    assert.deepEqual(numbers(next), [104, 1480 + 480]);
    assert.deepEqual(stream.next(130), { ssrc: theirs, sequence: 105, timestamp: 1480 + 640 });
  });

  it('wrap', () => {
    const stream = interrupted(65_534, 2 ** 32 - 100);
    const resumed = packet(65_535, 2 ** 32 - 1);
    stream.theirs(resumed, 80);
    assert.deepEqual(numbers(resumed), [1, 540]);
  });

  it('are those of a new source when the other comes back as one', () => {
    const stream = interrupted();
    const other = packet(3, 5, 0xbbbb);
    stream.theirs(other, 100);
    assert.deepEqual(numbers(other), [3, 5]);
    assert.equal(stream.next(120)?.ssrc, 0xbbbb);
  });

  it('are meant by the sender reports of the other, and by nobody else’s', () => {
    const stream = interrupted();
    stream.theirs(packet(500, 90_000), 100);
    const [theirReport, another] = [senderReport(theirs, 90_000), senderReport(0xbbbb, 90_000)];
    stream.report(theirReport);
    stream.report(another);
    stream.report(Buffer.from([0x80, 200, 0, 1, 0, 0, 0xaa, 0xaa]));
    assert.equal(theirReport.readUInt32BE(16), 1800);
    assert.equal(another.readUInt32BE(16), 90_000);
  });
});
