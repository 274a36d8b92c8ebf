import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { callToneTurn } from '../audio/call-tone.ts';
import { encodeG711, type G711 } from '../audio/g711.ts';
import type { Piece } from '../audio/playlist.ts';
import { readWav } from '../audio/wav.ts';
import type { Playable } from '../port.ts';
import { within } from './deadline.ts';

/** Half an hour of 16-bit sound, in bytes. */
const longestFile = 30 * 60 * 16_000;
/** Two hours of encoded sound, in bytes. */
const room = 2 * 3600 * 8000;
const longestPauseMs = 3_600_000;
const samplesPerMs = 8;

interface Kept {
  /** Of the file as it was read: another stands for another sound. */
  readonly stamp: string;
  readonly sound: Uint8Array;
}

/**
 * What can be played, encoded once for each law and kept in memory that the relay's threads share: a thousand who hear the same
 * tune hear the same bytes. A file is read again when it has changed.
 */
export class SoundShelf {
  /** The least recently wanted first. */
  readonly #kept = new Map<string, Kept>();
  readonly #loading = new Map<string, Promise<Result<Uint8Array, string>>>();
  #bytes = 0;

  /** @param music path of the file that stands for it; without one that can be read, it is the ringback tone */
  constructor(
    private readonly music: string | undefined,
    private readonly deadlineMs: number,
  ) {}

  /** @returns SOUND_UNREADABLE when one of them cannot be played */
  async pieces(what: readonly Playable[], law: G711): Promise<Result<readonly Piece[], Fault>> {
    const late = err(new Fault('SOUND_UNREADABLE', 'the sound was not read in time; look at the disk'));
    return (await within(this.deadlineMs, this.#pieces(what, law))) ?? late;
  }

  async #pieces(what: readonly Playable[], law: G711): Promise<Result<readonly Piece[], Fault>> {
    const pieces: Piece[] = [];
    for (const playable of what) {
      const piece = await this.#piece(playable, law);
      if (!piece.ok) return piece;
      pieces.push(piece.value);
    }
    return ok(pieces);
  }

  async #piece(playable: Playable, law: G711): Promise<Result<Piece, Fault>> {
    switch (playable.is) {
      case 'pause': {
        const milliseconds = Math.min(Math.max(0, playable.milliseconds), longestPauseMs);
        return ok({ silence: Math.round(milliseconds * samplesPerMs) });
      }
      case 'tone':
        return ok({ sound: this.#tone(playable.tone, law) });
      case 'music': {
        const music = this.music === undefined ? undefined : await this.#file(this.music, law);
        return ok({ sound: music?.ok === true ? music.value : this.#tone('ringback', law) });
      }
      case 'file': {
        const sound = await this.#file(playable.path, law);
        if (sound.ok) return ok({ sound: sound.value });
        return err(new Fault('SOUND_UNREADABLE', `${playable.path} cannot be played: ${sound.error}`));
      }
      default:
        return unreachable(playable);
    }
  }

  #tone(tone: Extract<Playable, { is: 'tone' }>['tone'], law: G711): Uint8Array {
    const key = `${law} tone ${tone}`;
    return this.#at(key, '') ?? this.#keep(key, '', encodeG711(callToneTurn(tone), law));
  }

  async #file(path: string, law: G711): Promise<Result<Uint8Array, string>> {
    const key = `${law} file ${path}`;
    const loading = this.#loading.get(key) ?? this.#load(key, path, law);
    this.#loading.set(key, loading);
    try {
      return await loading;
    } catch (thrown) {
      return err(thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      this.#loading.delete(key);
    }
  }

  async #load(key: string, path: string, law: G711): Promise<Result<Uint8Array, string>> {
    const facts = await stat(path);
    if (!facts.isFile()) return err('it is no file');
    if (facts.size > longestFile) return err(`it is longer than ${String(longestFile)} bytes`);
    const stamp = `${String(facts.mtimeMs)} ${String(facts.size)}`;
    const kept = this.#at(key, stamp);
    if (kept !== undefined) return ok(kept);
    const pcm = readWav(await readFile(path));
    return pcm.ok ? ok(this.#keep(key, stamp, encodeG711(pcm.value, law))) : pcm;
  }

  #at(key: string, stamp: string): Uint8Array | undefined {
    const kept = this.#kept.get(key);
    if (kept?.stamp !== stamp) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.sound;
  }

  #keep(key: string, stamp: string, bytes: Uint8Array): Uint8Array {
    const sound = new Uint8Array(new SharedArrayBuffer(bytes.length));
    sound.set(bytes);
    this.#forget(key);
    this.#kept.set(key, { stamp, sound });
    this.#bytes += sound.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= room || oldest === key) break;
      this.#forget(oldest);
    }
    return sound;
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.sound.length ?? 0;
    this.#kept.delete(key);
  }
}
