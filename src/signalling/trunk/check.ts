import type { Trunk } from '../../directory/types.ts';
import type { Timer } from '../../kernel/clock.ts';
import { hostInUri, trunkHostPort } from '../addressing.ts';
import { product } from '../admission.ts';
import { ask } from './ask.ts';
import { checked, presumedUp, type TrunkHealth } from './health.ts';
import type { TrunkParts } from './registration.ts';

/** How long an answer may take: a trunk that needs more is of no use to a caller. */
const patienceMs = 5_000;

/** Asks a trunk again and again whether it is there. */
export class TrunkCheck {
  #health: TrunkHealth = presumedUp;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(
    private readonly trunk: Trunk,
    private readonly everySeconds: number,
    private readonly parts: TrunkParts,
  ) {
    this.#check();
  }

  get up(): boolean {
    return this.#health.is === 'up';
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #check(): void {
    const { application, clock } = this.parts;
    const every = this.everySeconds * 1000;
    const asked = clock.now();
    const question = {
      method: 'OPTIONS',
      uri: `sip:${hostInUri(this.trunk.host)}`,
      proxy: `sip:${trunkHostPort(this.trunk)};transport=${this.trunk.transport}`,
      headers: {
        From: `<sip:${product}@localhost>`,
        'Max-Forwards': '70',
        Accept: 'application/sdp',
        'User-Agent': product,
      },
      // A server that challenges is one that lives.
      proof: undefined,
    } as const;
    void ask(application, clock, question, Math.min(every, patienceMs)).then((answer) => {
      if (this.#stopped) return;
      this.#heard(answer?.status);
      this.#timer = clock.after(Math.max(0, asked + every - clock.now()), () => {
        this.#check();
      });
    });
  }

  #heard(status: number | undefined): void {
    const before = this.#health.is;
    this.#health = checked(this.#health, status);
    if (this.#health.is === before) return;
    const fields = { trunk: this.trunk.id, answer: status ?? 'none' };
    if (this.#health.is === 'up') this.parts.log.info(fields, 'trunk answers again');
    else this.parts.log.warn(fields, 'trunk does not answer; calls go by another where there is one');
  }
}
