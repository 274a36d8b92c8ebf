import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readTranscript } from '../contract/sip-engine/transcript.ts';

const kept = new URL('./corpus/', import.meta.url);

/** What mutations begin with: torture messages, what telephones sent, captured frames, and every input that once broke something. */
export function readCorpus(): readonly Buffer[] {
  const folders = [
    new URL('../torture/rfc4475/', import.meta.url),
    new URL('../torture/rfc5118/', import.meta.url),
    kept,
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.dat'))
      .sort()
      .map((file) => readFileSync(new URL(file, folder))),
  );
  const transcript = new URL('../contract/sip-engine/drachtio-frames.txt', import.meta.url);
  const frames = readTranscript(transcript)
    .flatMap(({ lines }) => lines)
    .map(({ fields, message }) => {
      const payload = `${fields.join('|')}${message === '' ? '' : `\r\n${message}`}`;
      return Buffer.from(`${String(Buffer.byteLength(payload))}#${payload}`);
    });
  return [...files, ...frames];
}

/** Keeps an input that broke something, so that every later run begins with it; returns its path. */
export function keep(target: string, bytes: Buffer): string {
  mkdirSync(kept, { recursive: true });
  const name = `${target}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.dat`;
  const file = new URL(name, kept);
  writeFileSync(file, bytes);
  return file.pathname;
}
