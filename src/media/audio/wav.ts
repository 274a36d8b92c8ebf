import { err, ok, type Result } from '../../kernel/result.ts';
import { decodeG711, sampleRate } from './g711.ts';

/** Of a file that this module writes, before its samples. */
export const wavHeaderBytes = 44;

/** Format tags of the `fmt ` chunk (RFC 2361); 0xfffe says that the true one follows. */
const tags = { pcm: 1, aLaw: 6, muLaw: 7, extensible: 0xfffe } as const;

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

/**
 * The samples of a WAV file: 8000 a second, mono, 16-bit linear or G.711. A file that breaks off early, as one that was being
 * written when a disk filled up, is read as far as it goes.
 * @returns an error that says what the file is instead
 */
export function readWav(file: Uint8Array): Result<Int16Array, string> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || word(view, 0) !== 'RIFF' || word(view, 8) !== 'WAVE') return err('it is no WAV file');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const body = at + 8;
    const bytes = Math.min(view.getUint32(at + 4, true), file.length - body);
    const chunk = word(view, at);
    if (chunk === 'fmt ' && bytes >= 16) format = readFormat(view, body, bytes);
    if (chunk === 'data') {
      return format === undefined ? err('its format comes after its sound') : samples(format, file, body, bytes);
    }
    // Chunks begin at even places.
    at = body + bytes + (bytes % 2);
  }
  return err('there is no sound in it');
}

/** The header of a file of 16-bit samples, 8000 a second, mono. */
export function wavHeader(sampleCount: number): Uint8Array {
  const header = new Uint8Array(wavHeaderBytes);
  const view = new DataView(header.buffer);
  const bytes = 2 * sampleCount;
  for (const [at, name] of [
    [0, 'RIFF'],
    [8, 'WAVE'],
    [12, 'fmt '],
    [36, 'data'],
  ] as const) {
    for (let index = 0; index < 4; index++) header[at + index] = name.charCodeAt(index);
  }
  view.setUint32(4, wavHeaderBytes - 8 + bytes, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, tags.pcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  view.setUint32(40, bytes, true);
  return header;
}

/** Samples as a WAV file has them: little-endian, whatever this machine is. */
export function wavBytes(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * pcm.length);
  const view = new DataView(bytes.buffer);
  for (const [index, sample] of pcm.entries()) view.setInt16(2 * index, sample, true);
  return bytes;
}

function readFormat(view: DataView, at: number, bytes: number): Format {
  const tag = view.getUint16(at, true);
  return {
    tag: tag === tags.extensible && bytes >= 26 ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

function samples(format: Format, file: Uint8Array, at: number, bytes: number): Result<Int16Array, string> {
  const { tag, channels, rate, bits } = format;
  if (rate !== sampleRate) return err(`it has ${String(rate)} samples a second, not ${String(sampleRate)}`);
  if (channels !== 1) return err(`it has ${String(channels)} channels, not one`);
  const sound = file.subarray(at, at + bytes);
  if (tag === tags.aLaw && bits === 8) return ok(decodeG711(sound, 'PCMA'));
  if (tag === tags.muLaw && bits === 8) return ok(decodeG711(sound, 'PCMU'));
  if (tag !== tags.pcm || bits !== 16) return err(`it has ${String(bits)}-bit samples of format ${String(tag)}`);
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength);
  return ok(Int16Array.from({ length: sound.length >> 1 }, (_, index) => view.getInt16(2 * index, true)));
}

function word(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((index) => String.fromCharCode(view.getUint8(at + index))).join('');
}
