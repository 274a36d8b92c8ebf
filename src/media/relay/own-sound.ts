import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import type { MediaEvent, Playable, RecordingOptions } from '../port.ts';
import { OwnRecording } from './own-recording.ts';
import type { Order, SoundEvent, Understanding } from './protocol.ts';
import type { SoundShelf } from './sound-shelf.ts';
import type { RelayThread } from './thread.ts';

interface Playing {
  readonly play: number;
  readonly what: readonly Playable[];
  readonly repeat: boolean;
}

/** What the party of one session hears from us, what it presses, and what is recorded of it. */
export class OwnSound {
  readonly recording: OwnRecording;
  #understood: Understanding | undefined;
  #plays = 0;
  #playing: Playing | undefined;

  constructor(
    private readonly side: number,
    private readonly thread: RelayThread,
    private readonly shelf: SoundShelf,
    deadlineMs: number,
    private readonly tell: (event: MediaEvent) => void,
  ) {
    this.recording = new OwnRecording(side, thread, deadlineMs, tell);
  }

  /** The party was told of, so that we can speak with it. */
  get inUse(): boolean {
    return this.#understood !== undefined;
  }

  /** How we speak with the party from now on. */
  async understand(understanding: Understanding): Promise<Result<void, Fault>> {
    const before = this.#understood;
    if (JSON.stringify(before) === JSON.stringify(understanding)) return ok();
    this.#understood = understanding;
    const told = await this.#order({ do: 'understand', side: this.side, understanding });
    const playing = this.#playing;
    if (!told.ok || playing === undefined || before?.spoken.law === understanding.spoken.law) return told;
    // It is encoded as the party no longer hears it.
    this.#playing = undefined;
    return this.play(playing.what, playing.repeat, understanding);
  }

  async play(what: readonly Playable[], repeat: boolean, understanding: Understanding): Promise<Result<void, Fault>> {
    if (repeat && this.#playing?.repeat === true && JSON.stringify(this.#playing.what) === JSON.stringify(what)) {
      return ok();
    }
    this.#plays += 1;
    const play = this.#plays;
    const understood = await this.understand(understanding);
    if (!understood.ok) return understood;
    const pieces = await this.shelf.pieces(what, understanding.spoken.law);
    // Something else was wanted in the meantime.
    if (play !== this.#plays) return ok();
    if (!pieces.ok) return pieces;
    this.#playing = { play, what, repeat };
    const playing = await this.#order({ do: 'play', side: this.side, play, pieces: pieces.value, repeat });
    if (!playing.ok && play === this.#plays) this.#playing = undefined;
    return playing;
  }

  async silence(): Promise<void> {
    this.handOver();
    if (this.#understood !== undefined) await this.#order({ do: 'silence', side: this.side });
  }

  /** The party hears another from now on; what was to be played is not told of any more. */
  handOver(): void {
    this.#plays += 1;
    this.#playing = undefined;
  }

  async record(options: RecordingOptions, understanding: Understanding): Promise<Result<void, Fault>> {
    const understood = await this.understand(understanding);
    return understood.ok ? this.recording.record(options) : understood;
  }

  /** Told by the thread. */
  hear(event: SoundEvent): void {
    switch (event.is) {
      case 'played':
        if (event.play !== this.#playing?.play) break;
        this.#playing = undefined;
        this.tell({ type: 'played' });
        break;
      case 'key':
        this.tell({ type: 'key', key: event.key });
        break;
      case 'piece':
      case 'recorded':
        this.recording.hear(event);
        break;
      default:
        unreachable(event);
    }
  }

  async #order(order: Order): Promise<Result<void, Fault>> {
    const answer = await this.thread.order(order);
    if (!answer.ok) return answer;
    switch (answer.value.is) {
      case 'done':
        return ok();
      case 'not-ours':
        return err(new Fault('CANNOT_PLAY', 'the party speaks with another; play when it no longer does'));
      default:
        return err(new Fault('MEDIA_FAILED', 'the endpoint is closed; open another'));
    }
  }
}
