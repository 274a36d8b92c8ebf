import { sampleRate } from './g711.ts';

/**
 * How much of one frequency is in a sound, by Goertzel's algorithm.
 * @param pcm 16-bit samples, 8000 a second; 20 ms tell frequencies apart that differ by some 50 Hz
 * @returns the share of the sound's power: 1 for that pure sine, 0 for silence or other sounds
 */
export function shareOf(frequency: number, pcm: Int16Array): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let last = 0;
  let beforeLast = 0;
  let energy = 0;
  for (const sample of pcm) {
    const next = sample + turn * last - beforeLast;
    beforeLast = last;
    last = next;
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = last * last + beforeLast * beforeLast - turn * last * beforeLast;
  return Math.min(1, (2 * power) / (energy * pcm.length));
}

/** Which of the candidates the sound mostly consists of; undefined when none makes up a tenth of it. */
export function strongestFrequency(pcm: Int16Array, candidates: readonly number[]): number | undefined {
  let strongest: number | undefined;
  let most = 0.1;
  for (const candidate of candidates) {
    const share = shareOf(candidate, pcm);
    if (share > most) [strongest, most] = [candidate, share];
  }
  return strongest;
}
