import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Clock, Timer } from '../kernel/clock.ts';
import { isCertificateTrouble } from './certificate-trouble.ts';
import { excerpt } from './json.ts';

/** In milliseconds. */
export interface ConnectionPatience {
  /** How long a connection may take to come up. */
  readonly connectMs?: number;
  /** How often it is asked for a sign of life, and how long that may take. */
  readonly pingEveryMs?: number;
  readonly pongMs?: number;
}

export interface ConnectionSettings extends ConnectionPatience {
  /** As in `https://api.push.apple.com`. */
  readonly origin: string;
  /** PEM of the authorities to believe; undefined: those that node believes. */
  readonly ca: string | undefined;
  readonly clock: Clock;
}

export type Sent =
  | {
      readonly got: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  /** `unprocessed`: for another connection, at once. */
  | { readonly got: 'nothing'; readonly because: 'unprocessed' | 'failed' | 'certificate'; readonly reason: string };

type Phase = 'opening' | 'ready' | 'draining' | 'gone';

/** One that is left may take so long over the answers that it still owes, in milliseconds. */
const drainMs = 10_000;
const longestBody = 8_192;

/** One HTTP/2 connection (RFC 9113), with as many requests at once as the other side allows; the others wait their turn. */
export class Connection {
  readonly #session: ClientHttp2Session;
  readonly #waiting = new Set<(turn: Sent | 'go') => void>();
  #phase: Phase = 'opening';
  #inFlight = 0;
  #heardAt: number;
  #lost: Sent = { got: 'nothing', because: 'failed', reason: 'the connection was closed while it was being opened' };
  #timer: Timer;

  /** @param onGone called once, when nothing of it is left */
  constructor(
    private readonly settings: ConnectionSettings,
    private readonly onGone: () => void,
  ) {
    const { origin, ca, clock, connectMs = 5_000 } = settings;
    this.#heardAt = clock.now();
    this.#session = connect(origin, { settings: { enablePush: false }, ...(ca === undefined ? {} : { ca }) });
    this.#timer = clock.after(connectMs, () => this.#abandon(`no connection within ${connectMs} ms`));
    this.#session.on('remoteSettings', () => this.#onSettings());
    this.#session.on('goaway', (code, _last, data?: Uint8Array) => {
      this.leave(`GOAWAY ${code} ${excerpt(data === undefined ? '' : Buffer.from(data).toString('latin1'))}`);
    });
    this.#session.on('error', (error: Error) => {
      const because = isCertificateTrouble(error)
        ? 'certificate'
        : this.#phase === 'opening'
          ? 'failed'
          : 'unprocessed';
      this.#lost = { got: 'nothing', because, reason: error.message };
    });
    this.#session.on('close', () => this.#onClose());
  }

  /** Whether it takes new requests. */
  get usable(): boolean {
    return this.#phase === 'opening' || this.#phase === 'ready';
  }

  /** Settles soon after the signal is aborted, with `failed`. Never rejects. */
  async send(headers: OutgoingHttpHeaders, body: string, signal: AbortSignal): Promise<Sent> {
    const since = this.settings.clock.now();
    const turn = await this.#turn(signal);
    const sent = turn === 'go' ? await this.#exchange(headers, body, signal) : turn;
    // It may be dead without our having been told: whoever tries again takes another.
    if (signal.aborted && this.#phase === 'ready' && this.#heardAt < since) this.leave('nothing was heard on it');
    return sent;
  }

  /** Takes no more requests, waits for the answers that are due, and closes. */
  leave(reason: string): void {
    if (!this.usable) return;
    this.#phase = 'draining';
    this.#lost = { got: 'nothing', because: 'unprocessed', reason };
    this.#timer.cancel();
    this.#timer = this.settings.clock.after(drainMs, () => this.#session.destroy());
    this.#session.close();
    this.#turnAway();
  }

  destroy(): void {
    this.#session.destroy();
  }

  /** It is of no use any more, though the other side may not know. */
  #abandon(reason: string): void {
    this.#lost = { got: 'nothing', because: this.#phase === 'opening' ? 'failed' : 'unprocessed', reason };
    this.#phase = 'gone';
    this.#session.destroy();
    this.#turnAway();
  }

  #onSettings(): void {
    if (this.#phase === 'opening') {
      this.#phase = 'ready';
      this.#lost = { got: 'nothing', because: 'unprocessed', reason: 'the connection was closed' };
      this.#pingLater();
    }
    this.#heard();
    this.#next();
  }

  #onClose(): void {
    this.#phase = 'gone';
    this.#timer.cancel();
    this.#turnAway();
    this.onGone();
  }

  #heard(): void {
    this.#heardAt = this.settings.clock.now();
  }

  /** Apple asks that a connection's health is known by PING: a path that died silently is found before a call needs it. */
  #pingLater(): void {
    const { clock, pingEveryMs = 60_000, pongMs = 5_000 } = this.settings;
    this.#timer.cancel();
    this.#timer = clock.after(pingEveryMs, () => {
      this.#timer = clock.after(pongMs, () => this.#abandon('a PING was not answered'));
      this.#session.ping((error: Error | null) => {
        if (error !== null || this.#phase !== 'ready') return;
        this.#heard();
        this.#pingLater();
      });
    });
  }

  #turn(signal: AbortSignal): Promise<Sent | 'go'> {
    return new Promise((resolve) => {
      const settle = (turn: Sent | 'go'): void => {
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(settle);
        resolve(turn);
      };
      const giveUp = (): void =>
        settle({ got: 'nothing', because: 'failed', reason: `no turn in time: the connection is ${this.#phase}` });
      if (!this.usable) return resolve(this.#lost);
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(settle);
      this.#next();
    });
  }

  #next(): void {
    // APNs allows a single request until the first has proved our token, and a thousand from then on.
    const most = this.#session.remoteSettings.maxConcurrentStreams ?? 100;
    for (const go of this.#waiting) {
      if (this.#phase !== 'ready' || this.#inFlight >= most) return;
      this.#inFlight += 1;
      go('go');
    }
  }

  #turnAway(): void {
    for (const settle of this.#waiting) settle(this.#lost);
  }

  #exchange(headers: OutgoingHttpHeaders, body: string, signal: AbortSignal): Promise<Sent> {
    return new Promise((resolve) => {
      const stream = this.#request(headers);
      if (typeof stream === 'string') {
        this.#done();
        return resolve({ got: 'nothing', because: 'unprocessed', reason: stream });
      }
      let answer: { readonly status: number; readonly headers: IncomingHttpHeaders } | undefined;
      let text = '';
      const abort = (): void => {
        resolve({ got: 'nothing', because: 'failed', reason: 'no answer in time' });
        stream.close(constants.NGHTTP2_CANCEL);
      };
      signal.addEventListener('abort', abort);
      stream.setEncoding('utf8');
      stream.on('response', (head) => {
        this.#heard();
        answer = { status: head[':status'] ?? 0, headers: head };
      });
      stream.on('data', (piece: string) => {
        text = (text + piece).slice(0, longestBody);
      });
      stream.on('end', () => {
        if (answer !== undefined) resolve({ got: 'answer', ...answer, body: text });
      });
      stream.on('error', () => undefined);
      stream.on('close', () => {
        signal.removeEventListener('abort', abort);
        resolve(this.#unanswered(stream.rstCode));
        this.#done();
      });
      stream.end(body);
    });
  }

  /** A text says why there is no stream: most often the connection has begun to close. */
  #request(headers: OutgoingHttpHeaders): ClientHttp2Stream | string {
    try {
      return this.#session.request(headers);
    } catch (thrown) {
      this.leave(String(thrown));
      return String(thrown);
    }
  }

  #done(): void {
    this.#inFlight -= 1;
    this.#next();
  }

  /** A push that the other side never saw, or may have seen before the connection was lost: its id makes a second harmless. */
  #unanswered(code: number): Sent {
    if (code === constants.NGHTTP2_REFUSED_STREAM) {
      // It has had enough of this connection: what comes next goes by another.
      this.leave('a stream was refused');
      return { got: 'nothing', because: 'unprocessed', reason: 'the stream was refused' };
    }
    return this.usable
      ? { got: 'nothing', because: 'failed', reason: `the stream was reset with code ${code}` }
      : this.#lost;
  }
}
