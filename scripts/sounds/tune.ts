import { sampleRate } from '../../src/media/audio/g711.ts';

/*
 * Music for those who wait, of our own making: sixteen bars in C, with a broken chord, a bass and a melody above.
 * Its end runs into its beginning, so that it can be repeated without a seam.
 */

const beatsAMinute = 92;
const eighth = Math.round((sampleRate * 60) / beatsAMinute / 2);

/** Semitones above the C below middle C. */
const chords: Readonly<Record<string, readonly [number, number, number]>> = {
  C: [0, 4, 7],
  Em: [4, 7, 11],
  F: [5, 9, 12],
  Dm: [2, 5, 9],
  G: [7, 11, 14],
  Am: [9, 12, 16],
};

const bars = 'C Am F G C Em F G Am Em F C Dm F G G'.split(' ');

/** A note for each eighth: semitones above middle C, `.` holds the one before, `-` is silence. */
const melody = `
  7 . 4 . 7 . 9 .    12 . . . 9 . . .   9 . 12 . 9 . 5 .   7 . . . - . . .
  7 . 4 . 7 . 12 .   11 . . . 7 . . .   9 . 7 . 5 . 4 .    2 . . . - . . .
  4 . 9 . 12 . 9 .   11 . . . 7 . . .   9 . 12 . 14 . 12 . 7 . . . 4 . . .
  5 . 9 . 14 . 9 .   12 . . . 9 . . .   11 . 7 . 9 . 11 .  14 . . . 11 . 7 .
`
  .trim()
  .split(/\s+/);

const broken = [0, 1, 2, 1, 0, 2, 1, 2];

/** 16-bit samples, 8000 a second. */
export function tune(): Int16Array {
  const length = bars.length * 8 * eighth;
  const sound = new Float64Array(length);
  bars.forEach((name, bar) => {
    const chord = chords[name] ?? [0, 4, 7];
    const at = bar * 8 * eighth;
    for (const half of [0, 4]) pluck(sound, at + half * eighth, chord[0] - 12, 0.5, 1.6);
    broken.forEach((note, step) => pluck(sound, at + step * eighth, (chord[note] ?? 0) + 12, 0.28, 0.9));
  });
  melody.forEach((word, step) => {
    const note = Number(word);
    if (Number.isNaN(note)) return;
    let held = 1;
    while (melody[step + held] === '.') held += 1;
    sing(sound, step * eighth, note + 12, 0.42, held);
  });
  const loudest = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(sound, (value) => Math.round((value / loudest) * 11_000));
}

/** A string that is plucked: overtones that die away sooner the higher they are. */
function pluck(sound: Float64Array, at: number, note: number, volume: number, seconds: number): void {
  const count = Math.round(seconds * 1.5 * sampleRate);
  for (let index = 0; index < count; index++) {
    const time = index / sampleRate;
    const attack = Math.min(1, index / 24);
    let value = 0;
    for (let overtone = 1; overtone <= 5; overtone++) {
      const decay = Math.exp((-time * 3 * overtone) / seconds);
      value += (decay / overtone) * Math.sin(2 * Math.PI * pitch(note) * overtone * time);
    }
    add(sound, at + index, volume * attack * value);
  }
}

/** A soft pipe, with a little vibrato when it lasts. */
function sing(sound: Float64Array, at: number, note: number, volume: number, eighths: number): void {
  const count = eighths * eighth;
  const release = Math.round(0.12 * sampleRate);
  for (let index = 0; index < count + release; index++) {
    const time = index / sampleRate;
    const vibrato = 0.004 * Math.min(1, time / 0.5) * Math.sin(2 * Math.PI * 5 * time);
    const phase = 2 * Math.PI * pitch(note) * time + (vibrato * pitch(note)) / 5;
    const swell = Math.min(1, index / 320, (count + release - index) / release) * Math.exp(-time * 0.6);
    add(sound, at + index, volume * swell * (Math.sin(phase) + 0.25 * Math.sin(2 * phase) + 0.1 * Math.sin(3 * phase)));
  }
}

function add(sound: Float64Array, at: number, value: number): void {
  const place = at % sound.length;
  sound[place] = (sound[place] ?? 0) + value;
}

/** Of so many semitones above the C below middle C; in hertz. */
function pitch(note: number): number {
  return 130.81 * 2 ** (note / 12);
}
