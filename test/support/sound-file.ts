import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sampleRate, toneShare } from './phone/tone.ts';

const run = promisify(execFile);

/** Writes a WAV file of 8000 samples a second with one tone, by sox. */
export async function writeTone(file: string, frequency: number, seconds: number): Promise<void> {
  const sound = ['synth', String(seconds), 'sine', String(frequency), 'vol', '0.4'];
  await run('sox', ['-n', '-r', String(sampleRate), '-c', '1', '-b', '16', file, ...sound]);
}

/** The samples of any file that sox reads, as mono at 8000 a second. */
export async function readSound(file: string): Promise<Int16Array> {
  const raw = ['-t', 'raw', '-r', String(sampleRate), '-e', 'signed-integer', '-b', '16', '-L', '-c', '1', '-'];
  const { stdout } = await run('sox', [file, ...raw], { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  return Int16Array.from({ length: Math.floor(stdout.length / 2) }, (_, index) => stdout.readInt16LE(index * 2));
}

/** The best share of that tone's energy in any 250 ms of the file, 0 to 1. */
export async function toneInFile(file: string, frequency: number): Promise<number> {
  const samples = await readSound(file);
  const span = sampleRate / 4;
  let best = 0;
  for (let from = 0; from + span <= samples.length; from += span) {
    best = Math.max(best, toneShare(samples.subarray(from, from + span), frequency));
  }
  return best;
}
