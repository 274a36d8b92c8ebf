/** The two laws of ITU-T G.711, under the names that SDP gives them. */
export type G711 = 'PCMA' | 'PCMU';

/** Samples per second. */
export const sampleRate = 8000;

const decoded = {
  PCMA: Int16Array.from({ length: 256 }, (_, code) => decodeALaw(code)),
  PCMU: Int16Array.from({ length: 256 }, (_, code) => decodeMuLaw(code)),
} as const;

/** For each of the 65536 samples, the code whose value is nearest; an exact tie goes to the higher value. */
const encoded = { PCMA: nearestCodes(decoded.PCMA), PCMU: nearestCodes(decoded.PCMU) } as const;

/** @param pcm 16-bit linear samples */
export function encodeG711(pcm: Int16Array, codec: G711): Uint8Array {
  const table = encoded[codec];
  return Uint8Array.from(pcm, (sample) => table[sample + 32_768] ?? 0);
}

export function decodeG711(bytes: Uint8Array, codec: G711): Int16Array {
  const table = decoded[codec];
  return Int16Array.from(bytes, (code) => table[code] ?? 0);
}

/** G.711 table 1: sign, 3 bits of segment, 4 bits of step; every even bit inverted. 13 bits, scaled to 16. */
function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) !== 0 ? magnitude : -magnitude;
}

/** G.711 table 2: as above with all bits inverted, and a bias of 33 in 14 bits, which is 132 in 16. */
function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}

function nearestCodes(values: Int16Array): Uint8Array {
  const ascending = Array.from(values, (value, code) => ({ value, code })).sort(
    (one, other) => one.value - other.value,
  );
  let place = 0;
  return Uint8Array.from({ length: 65_536 }, (_, index) => {
    const sample = index - 32_768;
    while (isNearer(ascending[place + 1]?.value, ascending[place]?.value ?? 0, sample)) place += 1;
    return ascending[place]?.code ?? 0;
  });
}

function isNearer(next: number | undefined, current: number, sample: number): boolean {
  return next !== undefined && Math.abs(next - sample) <= Math.abs(current - sample);
}
