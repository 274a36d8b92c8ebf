import type { SignedIn } from '../auth/caller.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Change } from './feed.ts';
import type { News } from './views.ts';

/** Codes of our own (RFC 6455 §7.4.2), beside 1001 for a server that stops. */
export const closeCodes = { notSignedIn: 4401, tooSlow: 4408, tooMany: 4429, signedOut: 4403 } as const;

const heartbeatMs = 30_000;
/** An app that has not read so much is asleep, or gone: it reads all anew when it comes back. */
const mostUnsent = 256 * 1024;

/** What is needed of a WebSocket. */
export interface Socket {
  readonly readyState: number;
  readonly OPEN: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close', listen: () => void): unknown;
}

/** One app that listens. */
export class Listening {
  #who: SignedIn;
  #answered = true;
  #beat: Timer;
  /** What is being looked up is sent in the order in which it changed. */
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: Socket,
    who: SignedIn,
    private readonly newsFor: (who: SignedIn, change: Change) => Promise<readonly News[]>,
    private readonly clock: Clock,
    /** As whoever listens is by now; undefined: no longer signed in. */
    private readonly still: (who: SignedIn) => Promise<SignedIn | undefined>,
  ) {
    this.#who = who;
    this.#beat = clock.after(heartbeatMs, () => this.#heartbeat());
    socket.on('pong', () => (this.#answered = true));
    socket.on('close', () => this.#beat.cancel());
    this.#send({ type: 'hello', id: who.user.id });
    // Signed out between being looked up and being told news: nothing would say so.
    void this.#lookAgain();
  }

  get session(): string {
    return this.#who.session.id;
  }

  tell(change: Change): void {
    if (this.#isOut(change)) {
      this.socket.close(closeCodes.signedOut, 'signed out');
      return;
    }
    if (change.kind === 'user' && change.id === this.#who.user.id && change.now !== undefined) {
      // A role that is taken away counts from here on.
      this.#who = { ...this.#who, user: change.now };
    }
    const who = this.#who;
    this.#last = this.#last
      .then(() => this.newsFor(who, change))
      .then(
        (news) => news.forEach((one) => this.#send(one)),
        // What could not be looked up is not told: the app is closed, and reads all anew when it comes back.
        () => this.socket.close(1011, 'news were lost: read all again'),
      );
  }

  /** What was changed elsewhere than here, such as by another process, came by in no feed. */
  async #lookAgain(): Promise<void> {
    const { role } = this.#who.user;
    try {
      const who = await this.still(this.#who);
      if (who === undefined) this.socket.close(closeCodes.signedOut, 'signed out');
      else if (who.user.role !== role) this.socket.close(1011, 'news were lost: read all again');
    } catch {
      this.socket.close(1011, 'news were lost: read all again');
    }
  }

  #isOut(change: Change): boolean {
    const { user, session } = this.#who;
    if (change.kind === 'signed-out') {
      return change.user === user.id && (change.session === undefined || change.session === session.id);
    }
    return change.kind === 'user' && change.id === user.id && change.now === undefined;
  }

  #send(message: object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > mostUnsent) {
      this.socket.close(closeCodes.tooSlow, 'too slow: read all again');
      this.socket.terminate();
      return;
    }
    this.socket.send(JSON.stringify(message));
  }

  #heartbeat(): void {
    if (!this.#answered || this.clock.now() >= this.#who.session.expiresAt) {
      this.socket.terminate();
      return;
    }
    this.#answered = false;
    this.socket.ping();
    void this.#lookAgain();
    this.#beat = this.clock.after(heartbeatMs, () => this.#heartbeat());
  }
}
