export const sampleRate = 8000;

/** `count` samples of a sine that began at sample 0, from sample `from` on: packets join without a click. */
export function toneSamples(frequency: number, from: number, count: number, amplitude = 8000): Int16Array {
  return Int16Array.from({ length: count }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * (from + index)) / sampleRate)),
  );
}

/**
 * Which part of the sound's energy is at that frequency, 0 to 1: Goertzel's
 * algorithm, set against the energy of all samples.
 */
export function toneShare(samples: Int16Array, frequency: number, rate = sampleRate): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let [last, beforeLast, energy] = [0, 0, 0];
  for (const sample of samples) {
    [last, beforeLast] = [sample + coefficient * last - beforeLast, last];
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return Math.min(1, (2 * power) / (samples.length * energy));
}

/** Root mean square, 0 to 32767. */
export function loudness(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}
