import assert from 'node:assert/strict';
import { callTones, callToneTurn, type CallTone } from '../../../../src/media/audio/call-tone.ts';
import { shareOf } from '../../../../src/media/audio/goertzel.ts';

describe('the tones of a call', () => {
  for (const name of ['ringback', 'busy', 'congestion', 'beep'] satisfies CallTone[]) {
    const { frequency, onMs, offMs } = callTones[name];
    it(`${name}: ${frequency} Hz for ${onMs} ms, then silence for ${offMs} ms`, () => {
      const turn = callToneTurn(name);
      assert.equal(turn.length, (onMs + offMs) * 8);
      assert.ok(shareOf(frequency, turn.subarray(0, onMs * 8)) > 0.95);
      assert.ok(turn.subarray(onMs * 8).every((sample) => sample === 0));
      assert.ok(Math.abs(turn[onMs * 8 - 1] ?? 0) < 200, 'it ends without a click');
    });
  }

  it('ring as the Dutch network does: a second of 425 Hz every five', () => {
    assert.deepEqual(callTones.ringback, { frequency: 425, onMs: 1000, offMs: 4000 });
  });
});
