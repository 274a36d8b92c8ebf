import { open, rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../faults/fault.ts';

/** The sound of messages, by the path that their records have: nothing outside the folder is ever read or removed. */
export class VoicemailFiles {
  /** @param folder as `voicemail.folder` has it */
  constructor(private readonly folder: string) {}

  /**
   * Rejects with a Fault STORE_FAILED when the file is there and cannot be read.
   * @returns undefined when it is gone
   */
  async open(file: string): Promise<Readable | undefined> {
    const path = this.#inside(file);
    if (path === undefined) return undefined;
    try {
      const handle = await open(path);
      if ((await handle.stat()).isFile()) return handle.createReadStream();
      await handle.close();
      return undefined;
    } catch (thrown) {
      if (isGone(thrown)) return undefined;
      throw trouble(file, 'read', thrown);
    }
  }

  /** Harmless for what is gone already. Rejects with a Fault STORE_FAILED when it cannot be removed. */
  async remove(file: string): Promise<void> {
    const path = this.#inside(file);
    if (path === undefined) return;
    try {
      await rm(path);
    } catch (thrown) {
      if (!isGone(thrown)) throw trouble(file, 'removed', thrown);
    }
  }

  /** Undefined: it leads out of the folder, or is the folder itself. */
  #inside(file: string): string | undefined {
    const folder = resolve(this.folder);
    const path = resolve(folder, file);
    const way = relative(folder, path);
    if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) || way.includes('\0'))
      return undefined;
    return path;
  }
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR');
}

function trouble(file: string, what: 'read' | 'removed', thrown: unknown): Fault {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = `the message ${file} cannot be ${what}: mend the permissions of voicemail.folder (${why})`;
  return new Fault('STORE_FAILED', detail, thrown);
}
