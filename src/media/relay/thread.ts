import { setTimeout as later } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import type { Message, Order, Outcome, Request, SoundEvent, ThreadSettings } from './protocol.ts';
import { type Spawn, spawnRelayThread } from './spawn.ts';

export interface ThreadEvents {
  silent(side: number, milliseconds: number): void;
  sound(side: number, event: SoundEvent): void;
  /** It may be waiting for packets, and there is an order for it. */
  wake(): void;
  /** Nothing of it runs any more, for whatever reason. */
  ended(): void;
  /** It ended without being told to; what it carried is gone. */
  died(thread: RelayThread, fault: Fault): void;
}

/** One relay thread, seen from outside: orders with a deadline. */
export class RelayThread {
  /** Settles once: undefined when it takes orders, the fault when it ended before that. */
  readonly ready: Promise<Fault | undefined>;
  readonly #worker: Worker;
  #settleReady: (fault: Fault | undefined) => void = () => undefined;
  readonly #waiting = new Map<number, (result: Result<Outcome, Fault>) => void>();
  #lastId = 0;
  #gone = false;

  constructor(
    settings: ThreadSettings,
    private readonly deadlineMs: number,
    private readonly events: ThreadEvents,
    spawn: Spawn = spawnRelayThread,
  ) {
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.#worker = spawn(settings);
    this.#worker.on('message', (message: Message) => {
      this.#hear(message);
    });
    // An error is always followed by an exit.
    let cause: unknown;
    this.#worker.on('error', (thrown) => {
      cause = thrown;
    });
    this.#worker.once('exit', (code) => {
      this.#ended(code, cause);
    });
  }

  /** @returns MEDIA_FAILED when the thread is gone or did not answer in time */
  order(order: Order): Promise<Result<Outcome, Fault>> {
    if (this.#gone)
      return Promise.resolve(err(new Fault('MEDIA_FAILED', 'the relay thread has ended; place the call anew')));
    this.#lastId += 1;
    const request: Request = { id: this.#lastId, order };
    const answer = this.#answerTo(request);
    this.#worker.postMessage(request, order.do === 'wire' ? [order.wire] : []);
    this.events.wake();
    return answer;
  }

  async stop(): Promise<void> {
    this.#gone = true;
    // A thread that is ended while it loads native code takes the process along.
    await Promise.race([this.ready, later(this.deadlineMs, undefined, { ref: false })]);
    await this.#worker.terminate();
  }

  #answerTo(request: Request): Promise<Result<Outcome, Fault>> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        const waited = `the relay did not answer '${request.order.do}' within ${String(this.deadlineMs)} ms`;
        settle(err(new Fault('MEDIA_FAILED', `${waited}; look at the load of this machine`)));
      }, this.deadlineMs);
      const settle = (result: Result<Outcome, Fault>): void => {
        clearTimeout(deadline);
        this.#waiting.delete(request.id);
        resolve(result);
      };
      this.#waiting.set(request.id, settle);
    });
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'ready':
        this.#settleReady(undefined);
        break;
      case 'answer':
        this.#waiting.get(message.id)?.(ok(message.outcome));
        break;
      case 'silent':
        this.events.silent(message.side, message.milliseconds);
        break;
      case 'sound':
        this.events.sound(message.side, message.event);
        break;
      default:
        unreachable(message);
    }
  }

  #ended(code: number, cause: unknown): void {
    this.events.ended();
    const why = cause instanceof Error ? cause.message : `exit code ${String(code)}`;
    const fault = new Fault('MEDIA_FAILED', `the relay thread ended (${why}); its calls have no sound`, cause);
    const expected = this.#gone;
    this.#gone = true;
    this.#settleReady(fault);
    for (const settle of [...this.#waiting.values()]) settle(err(fault));
    if (!expected) this.events.died(this, fault);
  }
}
