import type { G711 } from './g711.ts';

/** A stretch of sound in G.711, a byte a sample; or so many samples of silence. */
export type Piece = { readonly sound: Uint8Array } | { readonly silence: number };

/** What G.711 has for silence: the smallest positive value (ITU-T G.711 tables 1 and 2). */
export const quiet = { PCMA: 0xd5, PCMU: 0xff } as const satisfies Record<G711, number>;

/** Pieces that are played one after the other, once or over and over. */
export class Playlist {
  readonly #pieces: readonly Piece[];
  #piece = 0;
  #at = 0;

  /** @param repeat over and over; a list in which nothing lasts any time ends nevertheless */
  constructor(
    pieces: readonly Piece[],
    private readonly repeat: boolean,
    private readonly law: G711,
  ) {
    this.#pieces = pieces.filter((piece) => lengthOf(piece) > 0);
  }

  /** Nothing is left to be played. */
  get over(): boolean {
    return this.#piece >= this.#pieces.length;
  }

  /** Fills it with what comes next; where the list ends, with silence. */
  fill(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      const piece = this.#pieces[this.#piece];
      if (piece === undefined) break;
      const count = Math.min(target.length - filled, lengthOf(piece) - this.#at);
      if ('sound' in piece) target.set(piece.sound.subarray(this.#at, this.#at + count), filled);
      else target.fill(quiet[this.law], filled, filled + count);
      filled += count;
      this.#advance(count, lengthOf(piece));
    }
    target.fill(quiet[this.law], filled);
  }

  #advance(count: number, length: number): void {
    this.#at += count;
    if (this.#at < length) return;
    this.#at = 0;
    this.#piece += 1;
    if (this.repeat && this.over) this.#piece = 0;
  }
}

function lengthOf(piece: Piece): number {
  return 'sound' in piece ? piece.sound.length : piece.silence;
}
