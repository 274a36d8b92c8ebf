import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Recorded, RecordingOptions } from '../port.ts';
import { RecordingFile } from './recording-file.ts';
import type { Outcome, SoundEvent } from './protocol.ts';
import type { RelayThread } from './thread.ts';

const samplesPerMs = 8;

interface Running {
  readonly file: RecordingFile;
  ending: Promise<void> | undefined;
}

/** The recording of one session's party: its thread hears, and the file is written here, so that no disk holds up sound. */
export class OwnRecording {
  #running: Running | undefined;
  /** Since when one is being made. */
  #making: Promise<Result<void, Fault>> | undefined;
  #broken = false;

  constructor(
    private readonly side: number,
    private readonly thread: RelayThread,
    private readonly deadlineMs: number,
    private readonly tell: (event: Recorded) => void,
  ) {}

  record(options: RecordingOptions): Promise<Result<void, Fault>> {
    if (this.#making !== undefined || this.#running !== undefined) {
      return Promise.resolve(err(new Fault('RECORDING_FAILED', 'the party is being recorded; finish that first')));
    }
    this.#making = this.#make(options).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  hear(event: Extract<SoundEvent, { is: 'piece' | 'recorded' }>): void {
    if (event.is === 'piece') this.#running?.file.append(event.pcm);
    else void this.#end(event.samples, event.why);
  }

  async finish(): Promise<void> {
    await this.#making;
    if (this.#running === undefined) return;
    await this.thread.order({ do: 'finish-recording', side: this.side });
    await this.settle();
  }

  /** The side is gone: what it still had to say of the recording was said. */
  async settle(): Promise<void> {
    await this.#making;
    await this.#end(undefined, 'failed');
  }

  async #make({ file: path, maximumSeconds, silenceSeconds }: RecordingOptions): Promise<Result<void, Fault>> {
    this.#broken = false;
    const file = await RecordingFile.create(path, this.deadlineMs, () => {
      this.#broken = true;
      void this.thread.order({ do: 'finish-recording', side: this.side });
    });
    if (!file.ok) return file;
    this.#running = { file: file.value, ending: undefined };
    const limits = { maximumMs: maximumSeconds * 1000, silenceMs: silenceSeconds * 1000 };
    const answer: Result<Outcome, Fault> = await this.thread.order({ do: 'record', side: this.side, limits });
    if (answer.ok && answer.value.is === 'done') return ok();
    this.#running = undefined;
    await file.value.finish(0);
    return answer.ok ? err(new Fault('RECORDING_FAILED', 'the endpoint is closed; open another')) : answer;
  }

  /** @param samples how many are to stay; undefined: what there is */
  #end(samples: number | undefined, why: Recorded['why']): Promise<void> {
    const running = this.#running;
    if (running === undefined) return Promise.resolve();
    running.ending ??= running.file.finish(samples).then(({ samples: kept, whole }) => {
      this.#running = undefined;
      const milliseconds = Math.round(kept / samplesPerMs);
      this.tell({ type: 'recorded', milliseconds, why: whole && !this.#broken ? why : 'failed' });
    });
    return running.ending;
  }
}
