import type { Clock } from '../../src/kernel/clock.ts';
import type { InboundRequest } from '../../src/sip-engine/core/inbound.ts';

/** A request that an application handed to its engine, and what it was told of it. */
export interface Asked {
  readonly method: string;
  readonly at: number;
  /** How often the engine said what became of it: sent or refused. */
  outcomes: number;
  refused: string | undefined;
  readonly finals: number[];
}

export interface Note {
  readonly at: number;
  readonly who: string;
  readonly text: string;
}

/** `proxy`: its answer goes to whoever asked. */
const unanswered: ReadonlySet<string> = new Set(['ACK', 'CANCEL', 'proxy']);

/** What an application may rely on, held against what it was told. */
export class Ledger {
  readonly asked: Asked[] = [];
  readonly notes: Note[] = [];
  readonly violations: string[] = [];
  readonly #byTransaction = new Map<string, Asked>();
  readonly #requests = new Set<string>();
  readonly #sequences = new Map<string, number>();

  constructor(
    private readonly who: string,
    private readonly clock: Clock,
  ) {}

  note(text: string): void {
    this.notes.push({ at: this.clock.now(), who: this.who, text });
  }

  violated(what: string): void {
    this.note(`VIOLATION ${what}`);
    this.violations.push(`${this.who}: ${what}`);
  }

  ask(method: string): Asked {
    const asked: Asked = { method, at: this.clock.now(), outcomes: 0, refused: undefined, finals: [] };
    this.asked.push(asked);
    return asked;
  }

  sent(asked: Asked, transactionId: string): void {
    if (this.#byTransaction.has(transactionId)) this.violated(`transaction id ${transactionId} given twice`);
    this.#byTransaction.set(transactionId, asked);
  }

  response(transactionId: string, status: number): void {
    const asked = this.#byTransaction.get(transactionId);
    if (asked === undefined) this.violated(`${String(status)} to a request that was never said to be sent`);
    else if (status >= 200) asked.finals.push(status);
    else if (asked.finals.length > 0) this.violated(`${String(status)} to ${asked.method} after its final answer`);
  }

  /** Each request once, those of a dialog in the order of their CSeq. `dialogId` is '' outside of dialogs. */
  request({ request: { method }, callId, fromTag, sequence }: InboundRequest, dialogId: string): void {
    const name = `${method} ${String(sequence)}`;
    const once = `${callId} ${fromTag} ${name}`;
    if (this.#requests.has(once)) this.violated(`${name} handed up twice`);
    this.#requests.add(once);
    // An ACK may be overtaken, and CANCEL is of the INVITE.
    if (dialogId === '' || method === 'ACK' || method === 'CANCEL') return;
    const dialog = `${dialogId} ${fromTag}`;
    const last = this.#sequences.get(dialog) ?? 0;
    if (sequence <= last) this.violated(`${name} handed up after CSeq ${String(last)}`);
    this.#sequences.set(dialog, sequence);
  }

  /** Once everything is over: each request had its one outcome, and its one final answer where it may have one. */
  settle(): void {
    for (const { method, at, outcomes, refused, finals } of this.asked) {
      const what = `${method} of ${String(at - this.#start)} ms`;
      if (outcomes !== 1) this.violated(`${what}: ${String(outcomes)} outcomes`);
      const wanted = refused !== undefined || unanswered.has(method) ? 0 : 1;
      if (finals.length !== wanted) this.violated(`${what}: final answers ${finals.join(', ') || 'none'}`);
    }
  }

  get #start(): number {
    return this.asked[0]?.at ?? 0;
  }
}
