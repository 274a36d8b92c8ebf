import type { Socket } from 'node:net';
import { StreamFramer } from '../message/stream-framer.ts';
import type { Malformed } from '../message/types.ts';
import { type EngineLimits, messageLimits } from '../options.ts';
import type { Limit } from '../stats.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { Endpoint, Flow, Listener } from './flow.ts';

export interface StreamReception {
  message(bytes: Buffer, flow: Flow): void;
  /** After it the connection is closed: where the next message begins is lost. */
  fault(malformed: Malformed, flow: Flow): void;
  /** It is being closed for that. */
  limited(limit: Limit): void;
  closed(connection: TcpConnection): void;
}

/** A peer that takes nothing of what it is sent must not fill our memory. */
const mostUnsent = 4 * 1024 * 1024;

/** One TCP connection with a peer, opened by either side: a flow, and the reading of it. */
export class TcpConnection implements Flow {
  readonly transport = 'tcp';
  #state: 'connecting' | 'open' | 'closed';
  #closedBecause = 'connection closed';
  readonly #failures = new Set<(why: string) => void>();
  readonly #framer: StreamFramer;
  readonly #watch: ConnectionWatch;

  constructor(
    private readonly socket: Socket,
    readonly local: Listener,
    readonly remote: Endpoint,
    limits: EngineLimits,
    private readonly reception: StreamReception,
  ) {
    this.#state = socket.connecting ? 'connecting' : 'open';
    this.#framer = new StreamFramer(messageLimits(limits));
    this.#watch = new ConnectionWatch(limits, (limit) => {
      reception.limited(limit);
      socket.destroy();
    });
    // Where we connected, it is us who has something to say.
    if (!socket.connecting) this.#watch.opened();
    socket.setNoDelay(true);
    if (limits.idleConnectionMs > 0) socket.setTimeout(limits.idleConnectionMs, () => socket.destroy());
    socket.once('connect', () => {
      this.#state = 'open';
    });
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
    socket.on('drain', () => {
      this.#watch.drained();
    });
    socket.on('end', () => {
      this.#watch.ending();
    });
    socket.on('error', (error) => {
      this.#closedBecause = error.message;
    });
    socket.on('close', () => {
      this.#closed();
    });
  }

  get open(): boolean {
    return this.#state !== 'closed';
  }

  get connecting(): boolean {
    return this.#state === 'connecting';
  }

  /** Calls back once it is connected, or cannot be. */
  whenSettled(settled: (connected: boolean) => void): void {
    if (this.#state !== 'connecting') {
      settled(this.open);
      return;
    }
    const failed = (): void => {
      settled(false);
    };
    this.#failures.add(failed);
    this.socket.once('connect', () => {
      if (this.#failures.delete(failed)) settled(true);
    });
  }

  send(bytes: Uint8Array, failed?: (why: string) => void): void {
    if (this.socket.writableLength > mostUnsent && this.open) {
      this.reception.limited('backlog');
      this.socket.destroy();
    }
    if (this.#state === 'closed') {
      if (failed !== undefined) {
        queueMicrotask(() => {
          failed(this.#closedBecause);
        });
      }
      return;
    }
    if (failed === undefined) {
      this.#write(bytes);
      return;
    }
    this.#failures.add(failed);
    this.#write(bytes, (error) => {
      // Written bytes may still be lost; then silence tells, as it does for everything else.
      if (this.#failures.delete(failed) && error !== undefined && error !== null) failed(error.message);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    let whole = false;
    let pings = 0;
    for (const frame of this.#framer.feed(chunk)) {
      whole = true;
      if (frame.kind === 'message') this.reception.message(frame.bytes, this);
      else if (frame.kind === 'ping') pings++;
      else if (frame.kind === 'fault') {
        this.reception.fault(frame.malformed, this);
        this.socket.end();
        this.socket.destroySoon();
        this.#watch.ending();
        return;
      }
    }
    if (pings > 0) this.#pong(pings);
    this.#watch.heard(whole, this.#framer.unfinished);
  }

  #pong(pings: number): void {
    const now = performance.now();
    for (let left = pings; left > 0; left--) {
      if (this.#watch.keepAlive(now)) continue;
      this.reception.limited('keepAlives');
      this.socket.destroy();
      return;
    }
    this.#write(Buffer.from('\r\n'.repeat(pings)));
  }

  #write(bytes: Uint8Array, done?: (error: Error | null | undefined) => void): void {
    if (!this.socket.write(bytes, done))
      this.#watch.waiting(() => this.socket.bytesWritten - this.socket.writableLength);
  }

  #closed(): void {
    this.#state = 'closed';
    this.#watch.stop();
    const failures = [...this.#failures];
    this.#failures.clear();
    for (const failed of failures) failed(this.#closedBecause);
    this.reception.closed(this);
  }
}
