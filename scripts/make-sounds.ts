/**
 * Makes what the exchange says and plays, in `sounds/`: `npm run make:sounds`. It needs espeak-ng and sox (Debian packages of
 * these names); what it makes is in the repository, so that nobody needs them to build or to run the exchange.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wavBytes, wavHeader } from '../src/media/audio/wav.ts';
import { spoken } from './sounds/texts.ts';
import { tune } from './sounds/tune.ts';

const sounds = fileURLToPath(new URL('../sounds', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'sounds-'));

/** What a telephone carries, at one loudness for all, in A-law: a byte a sample. Without the dither it is the same each time. */
function finish(from: string, to: string, ...effects: readonly string[]): void {
  const format = ['-r', '8000', '-c', '1', '-e', 'a-law'];
  execFileSync('sox', ['-D', from, ...format, to, 'gain', '-3', 'highpass', '150', 'lowpass', '3600', ...effects]);
}

function say(text: string, voice: string, to: string): void {
  const raw = join(scratch, 'raw.wav');
  execFileSync('espeak-ng', ['-v', voice, '-s', '140', '-w', raw, text]);
  const trim = ['silence', '1', '0.02', '0.5%', 'reverse'];
  finish(raw, to, ...trim, ...trim, 'norm', '-4', 'pad', '0.05', '0.15');
}

try {
  for (const [language, { voice, texts, digits }] of Object.entries(spoken)) {
    const folder = join(sounds, language);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(texts)) say(text, voice, join(folder, `${name}.wav`));
    for (const [digit, text] of digits.entries()) say(text, voice, join(folder, `digit-${digit}.wav`));
  }
  const raw = join(scratch, 'tune.wav');
  const pcm = tune();
  writeFileSync(raw, Buffer.concat([wavHeader(pcm.length), wavBytes(pcm)]));
  finish(raw, join(sounds, 'music.wav'));
} finally {
  rmSync(scratch, { recursive: true });
}
