import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { EngineLimits } from '../options.ts';
import { type Connection, mostUnsent, type PeerIdentity, type StreamReception } from './connection.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { Endpoint, Listener } from './flow.ts';
import type { TransportName } from './transport-name.ts';

/** What RFC 5626 §3.5.1 sends as a ping, and its answer; some browsers' stacks do so beside WebSocket's own. */
const [ping, pong] = ['\r\n\r\n', '\r\n'];

/** One WebSocket that a peer opened, each of its messages a SIP message (RFC 7118 §5). */
export class WebSocketConnection implements Connection {
  readonly transport: TransportName;
  readonly connecting = false;
  #open = true;
  #answered = true;
  readonly #failures = new Set<(why: string) => void>();
  readonly #watch: ConnectionWatch;

  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Socket,
    readonly local: Listener,
    readonly remote: Endpoint,
    limits: EngineLimits,
    private readonly reception: StreamReception,
    readonly peer: PeerIdentity,
  ) {
    this.transport = local.transport;
    this.#watch = new ConnectionWatch(limits, (limit) => {
      reception.limited(limit);
      this.destroy();
    });
    this.#watch.opened();
    if (limits.idleConnectionMs > 0) {
      socket.setTimeout(limits.idleConnectionMs, () => {
        this.destroy();
      });
    }
    webSocket.on('message', (data: RawData) => {
      this.#read(data);
    });
    webSocket.on('pong', () => {
      this.#answered = true;
    });
    webSocket.on('ping', () => {
      this.#countKeepAlive();
    });
    // A frame that breaks RFC 6455, or one too large: it closes by itself, and says why to the peer.
    webSocket.on('error', () => {
      this.#watch.ending();
    });
    webSocket.on('close', () => {
      this.#closed();
    });
    socket.on('drain', () => {
      this.#watch.drained();
    });
  }

  get open(): boolean {
    return this.#open;
  }

  whenSettled(settled: (connected: boolean) => void): void {
    settled(this.#open);
  }

  send(bytes: Uint8Array, failed?: (why: string) => void): void {
    if (this.webSocket.bufferedAmount > mostUnsent && this.#open) {
      this.reception.limited('backlog');
      this.destroy();
    }
    if (!this.#open) {
      if (failed !== undefined) {
        queueMicrotask(() => {
          failed(closed);
        });
      }
      return;
    }
    if (failed !== undefined) this.#failures.add(failed);
    // A text frame of anything but UTF-8 would make the browser close.
    this.webSocket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (failed !== undefined && this.#failures.delete(failed) && error instanceof Error) failed(error.message);
    });
    if (this.socket.writableNeedDrain) {
      this.#watch.waiting(() => this.socket.bytesWritten - this.socket.writableLength);
    }
  }

  /** Asks whether the peer is there, by a ping of RFC 6455 §5.5.2; closes if it did not answer the last. */
  probe(): void {
    if (!this.#answered) {
      this.destroy();
      return;
    }
    this.#answered = false;
    this.webSocket.ping();
  }

  destroy(): void {
    this.webSocket.terminate();
  }

  #read(data: RawData): void {
    const bytes = bufferOf(data);
    this.#watch.heard(true, false);
    if (bytes.length > ping.length) this.reception.message(bytes, this);
    else if (bytes.toString('latin1') === ping && this.#countKeepAlive()) this.send(Buffer.from(pong));
  }

  #countKeepAlive(): boolean {
    this.#watch.heard(true, false);
    if (this.#watch.keepAlive(performance.now())) return true;
    this.reception.limited('keepAlives');
    this.destroy();
    return false;
  }

  #closed(): void {
    this.#open = false;
    this.#watch.stop();
    const failures = [...this.#failures];
    this.#failures.clear();
    for (const failed of failures) failed(closed);
    this.reception.closed(this);
  }
}

function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

const closed = 'connection closed';
