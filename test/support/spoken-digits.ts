import { readFileSync } from 'node:fs';
import { readWav } from '../../src/media/audio/wav.ts';
import { loudness, sampleRate } from './phone/tone.ts';

/** 10 ms. */
const grain = sampleRate / 100;
const audible = 250;
/** Longer than any silence within a word, shorter than those between words. */
const gap = 0.18 * sampleRate;

/** Reads the digits out of sound that was heard, by the exchange's own recordings of them. @param count how many come last */
export function spokenDigits(heard: Int16Array, language: string, count: number): string {
  const known = Array.from({ length: 10 }, (_, digit) => {
    const wav = readWav(readFileSync(new URL(`../../sounds/${language}/digit-${String(digit)}.wav`, import.meta.url)));
    if (!wav.ok) throw new Error(wav.error);
    const [word] = words(wav.value);
    return word ?? new Int16Array();
  });
  return words(heard)
    .slice(-count)
    .map((word) => {
      const scores = known.map((candidate) => likeness(word, candidate));
      const best = Math.max(...scores);
      return best > 0.8 ? String(scores.indexOf(best)) : '?';
    })
    .join('');
}

/** The stretches of sound between silences. */
function words(samples: Int16Array): Int16Array[] {
  const found: Int16Array[] = [];
  let [from, until]: [number | undefined, number] = [undefined, 0];
  for (let at = 0; at + grain <= samples.length; at += grain) {
    const isAudible = loudness(samples.subarray(at, at + grain)) > audible;
    if (isAudible) {
      from ??= at;
      until = at + grain;
    } else if (from !== undefined && at - until >= gap) {
      found.push(samples.subarray(from, until));
      from = undefined;
    }
  }
  if (from !== undefined) found.push(samples.subarray(from, until));
  return found;
}

/** Normalised correlation, 0 to 1, at the best of the shifts that the grain leaves open. */
function likeness(one: Int16Array, other: Int16Array): number {
  let best = 0;
  for (let shift = -2 * grain; shift <= 2 * grain; shift++) {
    let [product, energy, otherEnergy] = [0, 0, 0];
    for (let at = Math.max(0, -shift); at < one.length && at + shift < other.length; at++) {
      const [a, b] = [one[at] ?? 0, other[at + shift] ?? 0];
      product += a * b;
      energy += a * a;
      otherEnergy += b * b;
    }
    const longest = Math.max(one.length, other.length);
    const overlap = Math.min(one.length, other.length) / longest;
    best = Math.max(best, (overlap * product) / Math.sqrt(Math.max(1, energy * otherEnergy)));
  }
  return best;
}
