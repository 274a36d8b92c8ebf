import type { Socket } from 'node:net';
import { StreamFramer } from '../message/stream-framer.ts';
import { type EngineLimits, messageLimits } from '../options.ts';
import { type Connection, mostUnsent, type PeerIdentity, type StreamReception } from './connection.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { Endpoint, Listener } from './flow.ts';
import type { TransportName } from './transport-name.ts';

/** What a connection of ours waits for before it may say anything. */
export type Readiness = 'open' | 'connect' | 'secureConnect';

/** One TCP or TLS connection with a peer, opened by either side: a flow, and the reading of it. */
export class StreamConnection implements Connection {
  readonly transport: TransportName;
  #state: 'connecting' | 'open' | 'closed';
  #closedBecause = 'connection closed';
  readonly #failures = new Set<(why: string) => void>();
  /** Nothing is written before the peer has proved who it is. */
  readonly #held: (() => void)[] = [];
  #heldBytes = 0;
  readonly #framer: StreamFramer;
  readonly #watch: ConnectionWatch;

  constructor(
    private readonly socket: Socket,
    readonly local: Listener,
    readonly remote: Endpoint,
    limits: EngineLimits,
    private readonly reception: StreamReception,
    readiness: Readiness,
    readonly peer: PeerIdentity,
  ) {
    this.transport = local.transport;
    this.#state = readiness === 'open' ? 'open' : 'connecting';
    this.#framer = new StreamFramer(messageLimits(limits));
    this.#watch = new ConnectionWatch(limits, (limit) => {
      reception.limited(limit);
      socket.destroy();
    });
    // Where we connected, it is us who has something to say.
    if (readiness === 'open') this.#watch.opened();
    socket.setNoDelay(true);
    if (limits.idleConnectionMs > 0) socket.setTimeout(limits.idleConnectionMs, () => socket.destroy());
    if (readiness !== 'open') socket.once(readiness, () => this.#opened());
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    socket.on('drain', () => {
      this.#watch.drained();
    });
    socket.on('end', () => {
      this.#watch.ending();
    });
    socket.on('error', (error: Error) => {
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

  whenSettled(settled: (connected: boolean) => void): void {
    if (this.#state !== 'connecting') {
      settled(this.open);
      return;
    }
    const failed = (): void => {
      settled(false);
    };
    this.#failures.add(failed);
    this.#held.push(() => {
      if (this.#failures.delete(failed)) settled(true);
    });
  }

  send(bytes: Uint8Array, failed?: (why: string) => void): void {
    if (this.socket.writableLength + this.#heldBytes > mostUnsent && this.open) {
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
    if (failed !== undefined) this.#failures.add(failed);
    if (this.#state === 'open') this.#put(bytes, failed);
    else {
      this.#heldBytes += bytes.length;
      this.#held.push(() => {
        this.#put(bytes, failed);
      });
    }
  }

  destroy(): void {
    this.socket.destroy();
  }

  #put(bytes: Uint8Array, failed: ((why: string) => void) | undefined): void {
    if (failed === undefined) {
      this.#write(bytes);
      return;
    }
    this.#write(bytes, (error) => {
      // Written bytes may still be lost; then silence tells, as it does for everything else.
      if (this.#failures.delete(failed) && error !== undefined && error !== null) failed(error.message);
    });
  }

  #opened(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#heldBytes = 0;
    for (const release of this.#held.splice(0)) release();
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
    if (this.socket.write(bytes, done)) return;
    this.#watch.waiting(() => this.socket.bytesWritten - this.socket.writableLength);
  }

  #closed(): void {
    this.#state = 'closed';
    this.#held.length = 0;
    this.#watch.stop();
    const failures = [...this.#failures];
    this.#failures.clear();
    for (const failed of failures) failed(this.#closedBecause);
    this.reception.closed(this);
  }
}
