import assert from 'node:assert/strict';
import { encodeG711 } from '../../../../src/media/audio/g711.ts';
import { tone } from '../../../../src/media/audio/tone.ts';
import { readWav, wavBytes, wavHeader } from '../../../../src/media/audio/wav.ts';

const pcm = tone(440, 100);
const file = Buffer.concat([wavHeader(pcm.length), wavBytes(pcm)]);

/** The same file with another format: tag, channels, samples a second, bits. */
function as(tag: number, channels: number, rate: number, bits: number, sound: Uint8Array): Buffer {
  const header = Buffer.from(wavHeader(0));
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt16LE(bits, 34);
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
}

function why(bytes: Uint8Array): string {
  const read = readWav(bytes);
  return read.ok ? `${read.value.length} samples` : read.error;
}

describe('WAV files', () => {
  it('are read as they were written', () => {
    assert.deepEqual(readWav(file), { ok: true, value: pcm });
  });

  it('may hold G.711, or say their format in a longer way', () => {
    for (const [tag, law] of [
      [6, 'PCMA'],
      [7, 'PCMU'],
    ] as const) {
      const read = readWav(as(tag, 1, 8000, 8, encodeG711(pcm, law)));
      assert.ok(read.ok);
      assert.deepEqual(encodeG711(read.value, law), encodeG711(pcm, law));
    }
    const format = Buffer.alloc(48);
    Buffer.from(file.subarray(20, 36)).copy(format, 8);
    format.write('fmt ', 0);
    format.writeUInt32LE(40, 4);
    format.writeUInt16LE(0xfffe, 8);
    format.writeUInt16LE(1, 32);
    assert.deepEqual(readWav(Buffer.concat([file.subarray(0, 12), format, file.subarray(36)])), {
      ok: true,
      value: pcm,
    });
  });

  it('may have other chunks before the sound, also of an odd length', () => {
    const note = Buffer.concat([Buffer.from('LIST'), Buffer.from([3, 0, 0, 0]), Buffer.from('abc\0')]);
    assert.deepEqual(readWav(Buffer.concat([file.subarray(0, 36), note, file.subarray(36)])), { ok: true, value: pcm });
  });

  it('that break off are read as far as they go', () => {
    assert.equal(why(file.subarray(0, 44 + 101)), '50 samples');
  });

  it('of another kind are refused in words', () => {
    const sound = wavBytes(pcm);
    assert.equal(why(as(1, 1, 16_000, 16, sound)), 'it has 16000 samples a second, not 8000');
    assert.equal(why(as(1, 2, 8000, 16, sound)), 'it has 2 channels, not one');
    assert.equal(why(as(1, 1, 8000, 24, sound)), 'it has 24-bit samples of format 1');
    assert.equal(why(Buffer.from('ID3 a song')), 'it is no WAV file');
    assert.equal(why(file.subarray(0, 36)), 'there is no sound in it');
    assert.equal(why(Buffer.concat([file.subarray(0, 12), file.subarray(36)])), 'its format comes after its sound');
  });

  it('never break the reader, wherever they end and whatever is damaged', () => {
    for (let end = 0; end < 60; end++) readWav(file.subarray(0, end));
    for (let at = 0; at < 44; at++) {
      for (const byte of [0, 1, 0x7f, 0xff]) {
        const damaged = Buffer.from(file);
        damaged[at] = byte;
        readWav(damaged);
      }
    }
  });
});
