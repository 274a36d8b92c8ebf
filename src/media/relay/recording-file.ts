import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { wavBytes, wavHeader, wavHeaderBytes } from '../audio/wav.ts';
import { within } from './deadline.ts';

/** An open file, as much of one as is needed: `FileHandle` of node:fs is one. */
export interface WritableFile {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  truncate(bytes: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** A second each: a disk that is so far behind will not catch up. */
const mostWaiting = 10;

/**
 * A WAV file that grows. After each piece its header is true again, so that what a crash leaves behind can be played. What is
 * said is private: nobody but the user that the exchange runs as may read it.
 */
export class RecordingFile {
  #last: Promise<void>;
  #samples = 0;
  #waiting = 0;
  #broken = false;

  private constructor(
    private readonly file: WritableFile,
    private readonly deadlineMs: number,
    private readonly onBroken: (cause: unknown) => void,
  ) {
    this.#last = Promise.resolve();
  }

  /** @returns RECORDING_FAILED when it cannot be made; `onBroken` is told, at most once, when it cannot be written on */
  static async create(
    path: string,
    deadlineMs: number,
    onBroken: (cause: unknown) => void,
    openFile: (path: string) => Promise<WritableFile> = openForUs,
  ): Promise<Result<RecordingFile, Fault>> {
    const opening = RecordingFile.#open(path, openFile);
    const file = await within(deadlineMs, opening);
    if (file === undefined) {
      // It may yet open: then nobody would close it.
      void opening.then((late) => (late.ok ? late.value.close().catch(() => undefined) : undefined));
      return err(new Fault('RECORDING_FAILED', `${path} was not made in time; look at the disk`));
    }
    return file.ok ? ok(new RecordingFile(file.value, deadlineMs, onBroken)) : file;
  }

  static async #open(
    path: string,
    openFile: (path: string) => Promise<WritableFile>,
  ): Promise<Result<WritableFile, Fault>> {
    let file: WritableFile | undefined;
    try {
      file = await openFile(path);
      await writeAll(file, wavHeader(0), 0);
      return ok(file);
    } catch (cause) {
      await file?.close().catch(() => undefined);
      const why = cause instanceof Error ? cause.message : String(cause);
      return err(new Fault('RECORDING_FAILED', `${path} cannot be made: ${why}; check the folder`, cause));
    }
  }

  append(pcm: Int16Array): void {
    if (this.#waiting >= mostWaiting) this.#break(new Error('the disk does not keep up'));
    this.#waiting += 1;
    this.#then(async () => {
      this.#waiting -= 1;
      await writeAll(this.file, wavBytes(pcm), wavHeaderBytes + 2 * this.#samples);
      await writeAll(this.file, wavHeader(this.#samples + pcm.length), 0);
      this.#samples += pcm.length;
    });
  }

  /**
   * Closes it. Never rejects.
   * @param keep how many samples are to stay; undefined: what there is
   * @returns how many stayed, and whether everything was written
   */
  async finish(keep: number | undefined): Promise<{ readonly samples: number; readonly whole: boolean }> {
    this.#then(async () => {
      if (keep !== undefined && keep < this.#samples) {
        await writeAll(this.file, wavHeader(keep), 0);
        await this.file.truncate(wavHeaderBytes + 2 * keep);
        this.#samples = keep;
      }
      await this.file.datasync();
    });
    const closed = this.#last
      .then(() => this.file.close())
      .then(
        () => true,
        () => false,
      );
    const whole = (await within(this.deadlineMs, closed)) === true && !this.#broken;
    return { samples: this.#samples, whole };
  }

  #then(work: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      if (this.#broken) return;
      try {
        await work();
      } catch (cause) {
        this.#break(cause);
      }
    });
  }

  #break(cause: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.onBroken(cause);
  }
}

async function openForUs(path: string): Promise<WritableFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, 'w', 0o600);
}

async function writeAll(file: WritableFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    if (bytesWritten === 0) throw new Error('nothing more can be written');
    at += bytesWritten;
  }
}
