import { sampleRate } from './g711.ts';

/** The tones of the Dutch network (ITU-T E.180 supplement 2, ETSI TR 101 041-2), and the beep before a recording. */
export const callTones = {
  ringback: { frequency: 425, onMs: 1000, offMs: 4000 },
  busy: { frequency: 425, onMs: 500, offMs: 500 },
  congestion: { frequency: 425, onMs: 250, offMs: 250 },
  beep: { frequency: 1000, onMs: 400, offMs: 100 },
} as const;

export type CallTone = keyof typeof callTones;

/** About -15 dBm0: loud enough beside speech, and no blow to the ear. */
const amplitude = 5000;
/** Without an edge there is no click. */
const edgeMs = 5;

/** One turn of a tone's cadence: 16-bit samples, 8000 a second. Whole periods fit, so that turns join without a click. */
export function callToneTurn(name: CallTone): Int16Array {
  const { frequency, onMs, offMs } = callTones[name];
  const sounding = (onMs * sampleRate) / 1000;
  const edge = (edgeMs * sampleRate) / 1000;
  const pcm = new Int16Array(((onMs + offMs) * sampleRate) / 1000);
  for (let index = 0; index < sounding; index++) {
    const fade = Math.min(1, index / edge, (sounding - index) / edge);
    pcm[index] = Math.round(amplitude * fade * Math.sin((2 * Math.PI * frequency * index) / sampleRate));
  }
  return pcm;
}
