import type { Clock, Instant } from '../kernel/clock.ts';
import { type Attempt, serviceFailure } from './attempt.ts';
import { backoffMs, type BackoffSettings, usualBackoff } from './backoff.ts';
import { type CircuitSettings, usualCircuit } from './circuit-breaker.ts';
import { Circuits } from './circuits.ts';
import { pause, within } from './patience.ts';
import type { CircuitObserver, PushOutcome } from './port.ts';

/** What every push service of ours is given. */
export interface DeliverySettings {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onState?: CircuitObserver;
  /** How long one request may take before the next attempt, in milliseconds. */
  readonly attemptMs?: number;
  readonly backoff?: BackoffSettings;
  readonly circuit?: CircuitSettings;
}

interface Parcel {
  readonly host: string;
  readonly deadline: Instant;
  readonly signal: AbortSignal | undefined;
  /** Makes one request, and settles soon after its signal is aborted. */
  readonly attempt: (signal: AbortSignal) => Promise<Attempt>;
}

/** Unprocessed ones are asked again at once so often; after that as if the service had failed. */
const atOnceAtMost = 3;

/** Carries pushes to a service: attempts, pauses between them, and when to give up. */
export class Delivery {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #attemptMs: number;
  readonly #backoff: BackoffSettings;
  readonly #circuits: Circuits;
  readonly #inProgress = new Set<AbortController>();
  #closed = false;

  constructor({ clock, random, onState = () => undefined, attemptMs = 2_000, backoff, circuit }: DeliverySettings) {
    this.#clock = clock;
    this.#random = random;
    this.#attemptMs = attemptMs;
    this.#backoff = backoff ?? usualBackoff;
    this.#circuits = new Circuits(clock, circuit ?? usualCircuit, onState);
  }

  async deliver(parcel: Parcel): Promise<PushOutcome> {
    if (this.#closed) return shutDown;
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    parcel.signal?.addEventListener('abort', abort);
    if (parcel.signal?.aborted === true) abort();
    this.#inProgress.add(controller);
    try {
      return await this.#attempts(parcel, controller.signal);
    } catch (thrown) {
      return { outcome: 'refused', reason: String(thrown) };
    } finally {
      this.#inProgress.delete(controller);
      parcel.signal?.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#inProgress) controller.abort();
  }

  async #attempts(parcel: Parcel, signal: AbortSignal): Promise<PushOutcome> {
    let failures = 0;
    let unprocessed = 0;
    let last = 'no attempt was made';
    for (;;) {
      if (signal.aborted) return this.#closed ? shutDown : { outcome: 'too-late', reason: 'no longer wanted' };
      const left = parcel.deadline - this.#clock.now();
      if (left <= 0) return { outcome: 'too-late', reason: last };
      const permission = this.#circuits.ask(parcel.host);
      let waitMs: number;
      if (permission.go) {
        const attempt = await this.#attempt(parcel, left, signal, unprocessed < atOnceAtMost);
        if (attempt.came === 'answer') return attempt.outcome;
        last = attempt.reason;
        if (attempt.came === 'unprocessed') {
          unprocessed += 1;
          continue;
        }
        waitMs = backoffMs(++failures, this.#random(), this.#backoff, attempt.afterMs);
      } else {
        if (permission.until >= parcel.deadline)
          return { outcome: 'refused', reason: `${parcel.host} is left alone: ${last}` };
        waitMs = permission.until - this.#clock.now() + Math.ceil(this.#random() * this.#backoff.firstMs);
      }
      if (this.#clock.now() + waitMs >= parcel.deadline) return { outcome: 'too-late', reason: last };
      await pause(this.#clock, waitMs, signal);
    }
  }

  async #attempt(parcel: Parcel, left: number, signal: AbortSignal, mayRepeat: boolean): Promise<Attempt> {
    const came = await within(this.#clock, Math.min(this.#attemptMs, left), signal, parcel.attempt);
    const attempt = came.came === 'unprocessed' && !mayRepeat ? serviceFailure(came.reason) : came;
    // One that we broke off ourselves says nothing about the service.
    if (signal.aborted || attempt.came === 'unprocessed') return attempt;
    if (attempt.came === 'answer' || attempt.of === 'push') this.#circuits.well(parcel.host);
    else if (left >= this.#attemptMs || this.#clock.now() < parcel.deadline) this.#circuits.failed(parcel.host);
    return attempt;
  }
}

const shutDown: PushOutcome = { outcome: 'refused', reason: 'the exchange is shutting down' };
