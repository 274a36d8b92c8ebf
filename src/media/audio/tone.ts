import { encodeG711, type G711, sampleRate } from './g711.ts';

/** A sine of half the full scale. @returns 16-bit samples, 8000 a second */
export function tone(frequency: number, milliseconds: number): Int16Array {
  const step = (2 * Math.PI * frequency) / sampleRate;
  return Int16Array.from({ length: Math.round((milliseconds * sampleRate) / 1000) }, (_, index) =>
    Math.round(16_384 * Math.sin(step * index)),
  );
}

/** A sine in G.711: one byte a sample, to be cut into packets of 160 (20 ms). */
export function toneG711(frequency: number, milliseconds: number, codec: G711): Uint8Array {
  return encodeG711(tone(frequency, milliseconds), codec);
}
