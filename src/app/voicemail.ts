import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Fault } from '../faults/fault.ts';
import type { Store } from '../store/port.ts';
import type { LeftMessage, Messages } from '../switchboard/messages.ts';
import type { Log } from '../telemetry/port.ts';

/** Keeps what callers say: a file a message, and a line about it in the store. */
export class Voicemail implements Messages {
  readonly #writing = new Set<Promise<void>>();

  constructor(
    private readonly settings: Config['voicemail'],
    private readonly store: Store['voicemail'],
    private readonly log: Log,
  ) {}

  recording(call: string): ReturnType<Messages['recording']> {
    const { folder, maximumSeconds, silenceSeconds } = this.settings;
    return { file: resolve(folder, fileOf(call)), maximumSeconds, silenceSeconds };
  }

  keep(left: LeftMessage): void {
    const message = { ...left, id: left.call, file: fileOf(left.call) };
    const writing = this.store.save(message).then(
      () => {
        this.log.info({ call: left.call, user: left.user, milliseconds: left.milliseconds }, 'voicemail message');
      },
      (thrown: unknown) => {
        // The line holds all of it, so that it can still be put into the box by hand.
        this.log.error({ message, detail: Fault.from(thrown).message }, 'voicemail message could not be kept');
      },
    );
    this.#writing.add(writing);
    void writing.then(() => this.#writing.delete(writing));
  }

  /** Resolves when every message is kept or reported. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }
}

function fileOf(call: string): string {
  return `${call}.wav`;
}
