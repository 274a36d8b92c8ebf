import { readFile, stat } from 'node:fs/promises';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { Log } from '../telemetry/port.ts';

export interface CertificateFiles {
  readonly key: string;
  readonly cert: string;
}

/** PEM texts. @throws Error that names the file and its setting */
export async function pemTexts({ key, cert }: CertificateFiles): Promise<CertificateFiles> {
  const read = async (file: string, setting: string): Promise<string> => {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (thrown) {
      throw new Error(`${file} cannot be read: correct ${setting}, or the permissions of the file`, { cause: thrown });
    }
    // Node's TLS takes an empty text for no certificate at all. A file is empty for a moment while it is written.
    if (text.trim() === '') throw new Error(`${file} is empty: write a PEM file, or correct ${setting}`);
    return text;
  };
  return { key: await read(key, 'api.tls.key'), cert: await read(cert, 'api.tls.cert') };
}

/**
 * Looks every so often whether the files were replaced, as they are when a certificate is renewed. Files that cannot be
 * used change nothing: the log says so, and the next ones are tried again.
 * @param use throws what is wrong with them
 * @returns what ends it
 */
export function watchCertificate(
  files: CertificateFiles,
  use: (texts: CertificateFiles) => void,
  { clock, log, everyMs = 30_000 }: { readonly clock: Clock; readonly log: Log; readonly everyMs?: number },
): () => void {
  let timer: Timer | undefined;
  let seen: string | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    const now = `${await signature(files.key)} ${await signature(files.cert)}`;
    const isNew = seen !== undefined && seen !== now;
    seen = now;
    if (isNew && !isOver) {
      try {
        use(await pemTexts(files));
        log.info({ cert: files.cert }, 'the API has a new certificate');
      } catch (thrown) {
        const detail = thrown instanceof Error ? thrown.message : String(thrown);
        log.warn({ cert: files.cert, detail }, 'the new certificate of the API cannot be used: the old one stays');
      }
    }
    if (!isOver) timer = clock.after(everyMs, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    timer?.cancel();
  };
}

async function signature(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return [ino, mtimeMs, size].join(':');
  } catch {
    return 'none';
  }
}
