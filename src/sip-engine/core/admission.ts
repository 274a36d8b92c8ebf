import type { Instant } from '../../kernel/clock.ts';
import { Headers } from '../message/headers.ts';
import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import type { OverloadController } from '../overload/controller.ts';
import type { Counters } from '../stats.ts';
import type { InboundRequest } from './inbound.ts';

/** Requests that were refused lately, at the most twice this, and at the most for twice as long as they can be repeated. */
const remembered = 20_000;
const rememberedMs = 32_000;

export interface AdmissionParts {
  readonly controller: Pick<OverloadController, 'verdict'>;
  readonly counters: Counters;
  now(): Instant;
  /** Unguessable and the same as long as the engine lives: in the tags of its refusals. */
  readonly salt: string;
  /** Seconds after which whoever was refused may try again; up to twice that, so that they do not all come at once. */
  readonly retryAfter: number;
  /** Any whole number. */
  chance(): number;
}

/**
 * The door for requests outside of dialogs. Under overload they are refused with a 503 that leaves no transaction behind
 * (RFC 3261 §8.2.7): its To tag follows from the request, so a repeated request gets the same answer, and the ACK of it
 * is known by its tag.
 */
export class Admission {
  /** Whoever was refused once must not get in by repeating himself: he would have two different answers. */
  #young = new Set<number>();
  #old = new Set<number>();
  #turned: Instant = 0;
  #pending = 0;

  constructor(private readonly parts: AdmissionParts) {}

  /** Requests that were let in and whose application has said nothing yet. */
  get pending(): number {
    return this.#pending;
  }

  /** One was handed to an application. Its owner calls what this returns once, when that said something or all is over. */
  enter(): () => void {
    this.#pending++;
    let inside = true;
    return () => {
      if (inside) this.#pending--;
      inside = false;
    };
  }

  /** Whether it may come in; otherwise it has been dealt with. */
  admits(inbound: InboundRequest): boolean {
    const { controller, counters } = this.parts;
    const mark = this.#refusedBefore(inbound.key);
    if (mark !== undefined) {
      this.#refuse(inbound, mark);
      return false;
    }
    const verdict = controller.verdict(this.#pending);
    if (verdict === 'accept') return true;
    const refused = this.#markOf(inbound.key);
    this.#remember(refused);
    if (verdict === 'refuse') this.#refuse(inbound, refused);
    else counters.overload.dropped++;
    return false;
  }

  /** The To tag of a refusal without a transaction: the same each time that the request comes. @param key of its transaction */
  tagFor(key: string): string {
    return this.#tagOf(this.#markOf(key));
  }

  /** Whether that ACK is of a refusal made here: then nobody waits for it. */
  acknowledges(ack: InboundRequest): boolean {
    return ack.toTag.startsWith(this.#prefix);
  }

  get #prefix(): string {
    return `${this.parts.salt}-`;
  }

  #tagOf(mark: number): string {
    return `${this.#prefix}${mark.toString(16)}`;
  }

  #refusedBefore(key: string): number | undefined {
    if (this.#young.size + this.#old.size === 0) return undefined;
    if (this.parts.now() > this.#turned + rememberedMs) this.#turn();
    const mark = this.#markOf(key);
    return this.#young.has(mark) || this.#old.has(mark) ? mark : undefined;
  }

  #refuse({ request, flow }: InboundRequest, mark: number): void {
    const { counters, retryAfter } = this.parts;
    counters.overload.refused++;
    counters.messagesSent++;
    const seconds = retryAfter + (this.parts.chance() % (retryAfter + 1));
    const response = responseTo(request, 503, undefined, {
      toTag: this.#tagOf(mark),
      headers: new Headers().append('Retry-After', String(seconds)),
    });
    flow.send(printMessage(response));
  }

  #remember(mark: number): void {
    if (this.#young.size >= remembered) this.#turn();
    this.#young.add(mark);
  }

  #turn(): void {
    this.#turned = this.parts.now();
    this.#old = this.#young;
    this.#young = new Set();
  }

  /** FNV-1a over the key and our salt. */
  #markOf(key: string): number {
    let hash = 0x811c9dc5;
    for (const text of [this.parts.salt, key]) {
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    return hash >>> 0;
  }
}
