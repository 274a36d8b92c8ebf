import { readHead } from './head.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { malformed } from './parse.ts';
import type { Malformed } from './types.ts';

/** What a stream carries. `bytes` may be a view of the chunk that was fed. */
export type Frame =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** CRLFCRLF, to be answered with one CRLF (RFC 5626 §3.5.1, §4.4.1). */
  | { readonly kind: 'ping' }
  /** A single CRLF: the answer to a ping of ours, or an idle line end. */
  | { readonly kind: 'pong' }
  /** Where the next message begins is lost: answer as told, then close. Nothing comes after it. */
  | { readonly kind: 'fault'; readonly malformed: Malformed };

const empty = Buffer.alloc(0);
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * Cuts what TCP or TLS delivers into messages, by Content-Length, which a stream requires (RFC 3261 §18.3, §20.14).
 * It holds at most one unfinished message: `limits.bytes` and the chunk that goes beyond. Its time is linear in
 * what is fed, in whatever pieces.
 */
export class StreamFramer {
  /** The beginning of an unfinished message; `#held` bytes of it are in use. */
  #store = empty;
  #held = 0;
  /** How much of that message is known to hold no empty line. */
  #scanned = 0;
  /** Its whole length, once its header fields are there. */
  #length: number | undefined;
  /** A single CRLF stands between messages: a pong, until another makes it a ping. */
  #lineEnd: 'none' | 'seen' | 'told' = 'none';
  #lost = false;

  constructor(private readonly limits: Limits = defaultLimits) {}

  /** Whether a message was begun and is not whole yet. */
  get unfinished(): boolean {
    return this.#held > 0;
  }

  /** The frames that this chunk completes. After a fault: none, ever. */
  feed(chunk: Buffer): Frame[] {
    return this.#lost ? [] : this.#read(chunk);
  }

  #read(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    const view = this.#held === 0 ? chunk : this.#joined(chunk);
    const copied = view !== chunk;
    let at = 0;
    let taken = this.#cut(view, at, copied, frames);
    while (taken > 0) {
      at += taken;
      taken = this.#cut(view, at, copied, frames);
    }
    if (this.#lost) this.#store = empty;
    else this.#keep(view, at, copied);
    if (this.#held === 0 && this.#lineEnd === 'seen') this.#tellPong(frames, 'told');
    return frames;
  }

  /** Takes one line end or one message that begins at `at`, and returns how many bytes that was; 0: more is needed. */
  #cut(view: Buffer, at: number, copied: boolean, frames: Frame[]): number {
    if (this.#scanned === 0 && view[at] === carriageReturn) {
      if (at + 1 === view.length) return 0;
      if (view[at + 1] === lineFeed) {
        if (this.#lineEnd !== 'none') frames.push({ kind: 'ping' });
        this.#lineEnd = this.#lineEnd === 'none' ? 'seen' : 'none';
        return 2;
      }
    }
    if (at === view.length) return 0;
    if (this.#lineEnd === 'seen') this.#tellPong(frames, 'none');
    this.#lineEnd = 'none';
    this.#length ??= this.#lengthOf(view, at, frames);
    if (this.#length === undefined || view.length - at < this.#length) return 0;
    const message = view.subarray(at, at + this.#length);
    frames.push({ kind: 'message', bytes: copied ? Buffer.from(message) : message });
    this.#length = undefined;
    this.#scanned = 0;
    return message.length;
  }

  /** The length of the message that begins at `at`; undefined: its header fields are not there yet, or it is at fault. */
  #lengthOf(view: Buffer, at: number, frames: Frame[]): number | undefined {
    const found = view.indexOf('\r\n\r\n', at + Math.max(0, this.#scanned - 3), 'latin1');
    const end = found < 0 ? view.length : found + 4;
    this.#scanned = end - at;
    if (found < 0 && this.#scanned <= this.limits.bytes) return undefined;
    const { contentLength } = readHead(view.subarray(at, Math.min(end, at + this.limits.bytes)), this.limits);
    const length = this.#scanned + (typeof contentLength === 'number' ? contentLength : 0);
    if (length > this.limits.bytes) {
      this.#fault(view.subarray(at, end), 513, `Message over ${String(this.limits.bytes)} bytes`, frames);
    } else if (contentLength === 'absent') {
      this.#fault(view.subarray(at, end), 400, 'Missing Content-Length', frames);
    } else if (contentLength === 'unsure') {
      this.#fault(view.subarray(at, end), 400, 'Bad Content-Length', frames);
    } else return length;
    return undefined;
  }

  #fault(head: Buffer, status: number, why: string, frames: Frame[]): void {
    frames.push({ kind: 'fault', malformed: malformed(head, { status, why }, this.limits) });
    this.#lost = true;
  }

  #tellPong(frames: Frame[], then: 'none' | 'told'): void {
    frames.push({ kind: 'pong' });
    this.#lineEnd = then;
  }

  /** What is held with the chunk behind it. The store grows by doubling, so that single bytes cost no copy each. */
  #joined(chunk: Buffer): Buffer {
    this.#reserve(this.#held + chunk.length);
    chunk.copy(this.#store, this.#held);
    return this.#store.subarray(0, this.#held + chunk.length);
  }

  #keep(view: Buffer, at: number, copied: boolean): void {
    this.#held = view.length - at;
    if (this.#held === 0) this.#store = empty;
    else if (!copied) {
      this.#reserve(this.#held);
      view.copy(this.#store, 0, at);
    } else if (at > 0) this.#store.copyWithin(0, at, view.length);
  }

  #reserve(size: number): void {
    if (size <= this.#store.length) return;
    const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#store.length, 1024));
    this.#store.copy(larger, 0, 0, this.#held);
    this.#store = larger;
  }
}
