import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav } from '../audio/wav.ts';
import type { Language, Playable, SoundLibrary } from '../port.ts';

export interface SoundFolders {
  /** The exchange's own: `<language>/<name>.wav`. */
  readonly own: string;
  /** Those of companies: `<tenant>/<name>.wav`. */
  readonly tenants: string;
  /** A recording of a company cannot be played; told once for each state of a file. */
  readonly onTrouble: (trouble: { readonly file: string; readonly why: string }) => void;
}

/** Neither a path nor a hidden file, on any system. */
const goodName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** In bytes: ten minutes of 16-bit sound. */
const longestFile = 10 * 60 * 16_000;
const mostRemembered = 10_000;

type Look = { readonly is: 'sound' | 'missing' } | { readonly is: 'trouble'; readonly why: string };

/** Sounds as files in folders. What a company replaces is heard in its new form from the next time on. */
export class SoundFiles implements SoundLibrary {
  /** What was found at a path, and of which state of the file. */
  readonly #looks = new Map<string, { readonly stamp: string; readonly look: Look }>();

  constructor(private readonly folders: SoundFolders) {}

  async find(wanted: {
    readonly name: string;
    readonly language: Language;
    readonly tenant: string | undefined;
  }): Promise<readonly Playable[]> {
    const { name, language, tenant } = wanted;
    const { own, tenants } = this.folders;
    const candidates = [
      ...(tenant !== undefined && goodName.test(tenant) ? [join(tenants, tenant)] : []),
      join(own, language),
    ];
    const found = goodName.test(name) ? await this.#first(candidates, name) : undefined;
    if (found !== undefined) return [{ is: 'file', path: found }];
    this.#tell(`${language} ${tenant ?? ''} ${name}`, {
      is: 'trouble',
      why: 'there is no such sound; nobody-available stands in for it',
    });
    const standIn = await this.#first(candidates, 'nobody-available');
    return [standIn === undefined ? { is: 'tone', tone: 'congestion' } : { is: 'file', path: standIn }];
  }

  digits(text: string, language: Language): readonly Playable[] {
    return (text.match(/[0-9]/g) ?? []).map((digit) => ({
      is: 'file',
      path: join(this.folders.own, language, `digit-${digit}.wav`),
    }));
  }

  /** In the first of the folders that has it. */
  async #first(folders: readonly string[], name: string): Promise<string | undefined> {
    for (const folder of folders) {
      const path = join(folder, `${name}.wav`);
      if (await this.#isSound(path)) return path;
    }
    return undefined;
  }

  async #isSound(path: string): Promise<boolean> {
    const look = await this.#look(path);
    if (look.is === 'trouble') this.#tell(path, look);
    return look.is === 'sound';
  }

  async #look(path: string): Promise<Look> {
    try {
      const facts = await stat(path);
      if (!facts.isFile()) return { is: 'trouble', why: 'it is no file' };
      if (facts.size > longestFile) return { is: 'trouble', why: `it is longer than ${String(longestFile)} bytes` };
      const stamp = `${String(facts.mtimeMs)} ${String(facts.size)}`;
      const before = this.#looks.get(path);
      if (before?.stamp === stamp) return before.look;
      const pcm = readWav(await readFile(path));
      const look: Look = pcm.ok ? { is: 'sound' } : { is: 'trouble', why: pcm.error };
      if (look.is === 'sound') this.#remember(path, stamp, look);
      return look;
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return { is: 'missing' };
      return { is: 'trouble', why: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }

  /** Not at every call: a plan that is called all day would fill the log. */
  #tell(file: string, look: Extract<Look, { is: 'trouble' }>): void {
    if (this.#looks.get(file)?.stamp === look.why) return;
    this.#remember(file, look.why, look);
    this.folders.onTrouble({ file, why: look.why });
  }

  #remember(path: string, stamp: string, look: Look): void {
    if (this.#looks.size >= mostRemembered) this.#looks.clear();
    this.#looks.set(path, { stamp, look });
  }
}
