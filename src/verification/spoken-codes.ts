import type { CallId, Presentation } from '../call/party.ts';
import type { E164, Language, Trunk, User } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Result } from '../kernel/result.ts';
import type { Playable, SoundLibrary } from '../media/port.ts';
import { whatToDo } from './called.ts';
import { LiveSpokenCall, type SpokenCallParts } from './live-spoken-call.ts';
import type { CodeTeller } from './port.ts';

/** How a telephone is called by the exchange itself. */
export interface WayOut {
  /** To be tried one after the other; at least one. */
  readonly trunks: readonly Trunk[];
  readonly presentation: Presentation;
  /** The address of ours that packets to the first of them leave from. */
  readonly via: string;
}

export interface SpokenCodesParts extends SpokenCallParts {
  readonly sounds: SoundLibrary;
  /** @returns a Fault when there is no trunk to call through */
  readonly wayTo: (number: E164, of: Pick<User, 'id' | 'tenant'>) => Promise<Result<WayOut, Fault>>;
  /** How many are called at the same time. */
  readonly mostAtOnce: number;
  readonly newCallId: () => CallId;
}

const beforeMs = 800;
const betweenMs = 200;
const afterMs = 1_000;

/** Tells codes by calls of its own, which say them. */
export class SpokenCodes implements CodeTeller {
  /** Undefined: it is about to be called. */
  readonly #calls = new Map<E164, LiveSpokenCall | undefined>();
  #stopping: (() => void) | undefined;

  constructor(private readonly parts: SpokenCodesParts) {}

  /** Numbers that are being called. */
  get live(): number {
    return this.#calls.size;
  }

  async tell(number: E164, code: string, language: Language, of: Pick<User, 'id' | 'tenant'>): Promise<void> {
    this.#demandRoom(number);
    this.#calls.set(number, undefined);
    const prepared = await this.#prepare(number, code, language, of).catch((thrown: unknown) => {
      this.#gone(number);
      throw thrown;
    });
    await this.#call(number, of, prepared.way, prepared.words);
  }

  async #prepare(number: E164, code: string, language: Language, of: Pick<User, 'id' | 'tenant'>) {
    const [way, words] = await Promise.all([this.parts.wayTo(number, of), this.#words(code, language, of)]);
    if (this.#stopping !== undefined) throw notTold('stopped');
    if (way.ok) return { way: way.value, words };
    this.parts.log.warn({ fault: way.error.code, detail: way.error.message }, 'a code could not be told by a call');
    throw new Fault('CODE_NOT_TOLD', whatToDo({ is: 'failed' }), way.error);
  }

  /** Ends those that live now; new ones are still told. */
  endAll(): void {
    for (const call of this.#calls.values()) call?.stop();
  }

  /** Ends all, and tells no more. Resolves when nothing is left. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#stopping = resolve;
      this.endAll();
      if (this.#calls.size === 0) resolve();
    });
  }

  #demandRoom(number: E164): void {
    const { media, mostAtOnce } = this.parts;
    if (this.#stopping !== undefined) throw notTold('stopped');
    if (!media.can.play) {
      const detail = 'codes cannot be told by a call here: whoever runs the exchange sets media.plane to relay';
      throw new Fault('CODE_NOT_TOLD', detail);
    }
    if (this.#calls.has(number))
      throw new Fault('CODE_NOT_TOLD', 'this telephone is being called with a code already: take up that call');
    if (this.#calls.size < mostAtOnce) return;
    this.parts.log.warn({ calls: this.#calls.size }, 'a code could not be told: as many are called as may be');
    throw new Fault('CODE_NOT_TOLD', 'many codes are being told at this moment: try again in a minute');
  }

  #call(number: E164, of: Pick<User, 'id' | 'tenant'>, way: WayOut, words: readonly Playable[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = new LiveSpokenCall(this.parts, {
        ...{ ...way, number, of, words, call: this.parts.newCallId(), shown: way.presentation.number },
        onTold: (fault) => {
          if (fault === undefined) resolve();
          else reject(fault);
        },
        onGone: () => {
          this.#gone(number);
        },
      });
      this.#calls.set(number, call);
      call.start();
    });
  }

  async #words(code: string, language: Language, { tenant }: Pick<User, 'tenant'>): Promise<readonly Playable[]> {
    const { sounds } = this.parts;
    const pause = (milliseconds: number): Playable => ({ is: 'pause', milliseconds });
    const digits = sounds.digits(code, language).flatMap((digit) => [pause(betweenMs), digit]);
    const intro = await sounds.find({ name: 'your-code-is', language, tenant });
    return [pause(beforeMs), ...intro, ...digits, pause(afterMs)];
  }

  #gone(number: E164): void {
    this.#calls.delete(number);
    if (this.#calls.size === 0) this.#stopping?.();
  }
}

function notTold(is: 'stopped'): Fault {
  return new Fault('CODE_NOT_TOLD', whatToDo({ is }));
}
