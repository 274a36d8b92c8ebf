import assert from 'node:assert/strict';
import { jitterMs, lostPackets, received, type Reception } from '../../../../src/media/rtp/reception.ts';

describe('what is known of a stream', () => {
  it('loses nothing when all came, over the wrap of the sequence number', () => {
    assert.equal(lostPackets(stream([65_534, 65_535, 0, 1])), 0);
  });

  it('counts what is missing, and not what came late', () => {
    assert.equal(lostPackets(stream([1, 2, 5, 4])), 1);
  });

  it('does not go below nothing for repeated packets', () => {
    assert.equal(lostPackets(stream([1, 1, 1])), 0);
  });

  it('is not confused by one number from far away, and begins anew at two', () => {
    assert.equal(lostPackets(stream([1, 2, 30_000, 3])), 0);
    assert.equal(lostPackets(stream([1, 3, 30_000, 30_001, 30_002])), 1);
  });

  it('begins anew with another source, and remembers what the first lost', () => {
    const first = stream([1, 3]);
    const second = received(first, { ssrc: 2, sequence: 500, timestamp: 0, at: 60, clockRate: 8000 });
    assert.equal(lostPackets(second), 1);
  });

  it('has no jitter when packets come as evenly as they were sent, over the wrap of the timestamp', () => {
    assert.equal(Math.round(jitterMs(stream([1, 2, 3, 4], [0, 20, 40, 60], 4_294_967_200), 8000) * 1000), 0);
  });

  it('has the jitter of RFC 3550: a sixteenth of each deviation', () => {
    assert.equal(jitterMs(stream([1, 2], [0, 36]), 8000), 1);
  });

  it('leaves what it was given as it was', () => {
    const before = Object.freeze(stream([1]));
    received(before, { ssrc: 1, sequence: 2, timestamp: 160, at: 20, clockRate: 8000 });
    assert.equal(before?.received, 1);
  });
});

function stream(sequences: readonly number[], at?: readonly number[], from = 0): Reception | undefined {
  let reception: Reception | undefined;
  for (const [index, sequence] of sequences.entries()) {
    const timestamp = (from + index * 160) % 4_294_967_296;
    reception = received(reception, { ssrc: 1, sequence, timestamp, at: at?.[index] ?? index * 20, clockRate: 8000 });
  }
  return reception;
}
