import type { CodecName } from './session-description.ts';

/**
 * G.711 (ITU-T), written apart from the exchange's own, so that one mistake in
 * both cannot cancel out. Linear samples are 16 bits.
 */
export function decodeG711(codec: CodecName, payload: Buffer): Int16Array {
  const table = codec === 'PCMA' ? aLaw : muLaw;
  return Int16Array.from(payload, (byte) => table[byte] ?? 0);
}

export function encodeG711(codec: CodecName, samples: Int16Array): Buffer {
  const table = codec === 'PCMA' ? aLaw : muLaw;
  return Buffer.from(Array.from(samples, (sample) => nearest(table, sample)));
}

const muLaw = Int16Array.from({ length: 256 }, (_, byte) => {
  const inverted = ~byte & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
  return (inverted & 0x80) === 0 ? magnitude : -magnitude;
});

const aLaw = Int16Array.from({ length: 256 }, (_, byte) => {
  const toggled = byte ^ 0x55;
  const segment = (toggled >> 4) & 7;
  const step = ((toggled & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (toggled & 0x80) === 0 ? -magnitude : magnitude;
});

/** Encoding by definition: the byte whose value lies nearest. Slow, and plainly right. */
function nearest(table: Int16Array, sample: number): number {
  let best = 0;
  let distance = Infinity;
  for (let byte = 0; byte < 256; byte++) {
    const apart = Math.abs((table[byte] ?? 0) - sample);
    if (apart < distance) [best, distance] = [byte, apart];
  }
  return best;
}
