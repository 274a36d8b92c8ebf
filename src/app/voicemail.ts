import { rm } from 'node:fs/promises';
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
    this.#await(writing);
  }

  drop(call: string): void {
    const removing = rm(this.recording(call).file, { force: true }).catch((thrown: unknown) => {
      this.log.warn(
        { call, detail: thrown instanceof Error ? thrown.message : String(thrown) },
        'the file of a voicemail message in which nothing was said could not be removed; remove it by hand',
      );
    });
    this.#await(removing);
  }

  /** Resolves when every message is kept, removed or reported. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #await(writing: Promise<void>): void {
    this.#writing.add(writing);
    void writing.then(() => this.#writing.delete(writing));
  }
}

function fileOf(call: string): string {
  return `${call}.wav`;
}
