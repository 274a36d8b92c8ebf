import assert from 'node:assert/strict';
import { decodeG711, encodeG711, type G711 } from '../../../../src/media/audio/g711.ts';
import { shareOf, strongestFrequency } from '../../../../src/media/audio/goertzel.ts';
import { tone, toneG711 } from '../../../../src/media/audio/tone.ts';

const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code);

describe('G.711', () => {
  it('has the values of the recommendation at the ends and in the middle', () => {
    assert.deepEqual([...decodeG711(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a), 'PCMA')], [8, -8, 32_256, -32_256]);
    assert.deepEqual([...decodeG711(Uint8Array.of(0xff, 0x7f, 0x80, 0x00), 'PCMU')], [0, 0, 32_124, -32_124]);
  });

  for (const codec of ['PCMA', 'PCMU'] satisfies G711[]) {
    it(`gives back the value of every ${codec} code`, () => {
      const values = decodeG711(everyCode, codec);
      assert.deepEqual(decodeG711(encodeG711(values, codec), codec), values);
    });

    it(`carries a tone in ${codec} that is heard as that tone`, () => {
      const heard = decodeG711(toneG711(440, 100, codec), codec);
      assert.equal(strongestFrequency(heard, [300, 440, 620, 1000]), 440);
      assert.ok(shareOf(440, heard) > 0.99);
    });
  }

  it('hears no tone in silence, nor in one that is not asked for', () => {
    assert.equal(strongestFrequency(new Int16Array(800), [440]), undefined);
    assert.equal(strongestFrequency(tone(1000, 100), [440, 620]), undefined);
  });
});
