import type { OwnSound } from './own-sound.ts';
import type { Order, Understanding } from './protocol.ts';
import type { SoundShelf } from './sound-shelf.ts';
import type { RelayThread } from './thread.ts';

/** What the party of one session hears while the other holds it. Nothing waits for it: no disk holds up an answer. */
export class OnHold {
  /** How the party is spoken to; undefined while it is not held. */
  #as: string | undefined;
  #turn = 0;

  constructor(
    private readonly side: number,
    private readonly thread: RelayThread,
    private readonly sound: OwnSound,
    private readonly shelf: SoundShelf,
  ) {}

  /**
   * The party is held. What has begun goes on.
   * @param understanding undefined when we do not speak its codec: it hears what the other may send
   */
  async begin(understanding: Understanding | undefined): Promise<void> {
    const as = JSON.stringify(understanding?.spoken ?? 'silence');
    if (as === this.#as) return;
    this.#as = as;
    this.#turn += 1;
    const turn = this.#turn;
    this.#order({ do: 'hold', side: this.side, music: undefined });
    if (understanding === undefined) return;
    const [understood, music] = await Promise.all([
      this.sound.understand(understanding),
      this.shelf.pieces([{ is: 'music' }], understanding.spoken.law),
    ]);
    // It was resumed in the meantime, or spoken to otherwise.
    if (turn !== this.#turn || !understood.ok || !music.ok) return;
    this.#order({ do: 'hold', side: this.side, music: music.value });
  }

  end(): void {
    if (this.#as === undefined) return;
    this.forget();
    this.#order({ do: 'resume', side: this.side });
  }

  /** The relay has ended it by itself: the party is bridged anew, or no longer. */
  forget(): void {
    this.#as = undefined;
    this.#turn += 1;
  }

  /** A thread that is gone tells the call so by itself. */
  #order(order: Order): void {
    void this.thread.order(order);
  }
}
