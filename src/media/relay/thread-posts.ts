import type { Fault } from '../../faults/fault.ts';
import type { MediaLoad } from '../port.ts';
import type { LatchPolicy } from './latch.ts';
import { pairsOf, type PortRange, split } from './port-range.ts';
import type { SoundEvent, ThreadSettings, ThreadStats } from './protocol.ts';
import type { RelaySession } from './session.ts';
import type { Spawn } from './spawn.ts';
import { type SocketChoice, SocketSupply } from './sockets.ts';
import { RelayThread } from './thread.ts';

export interface ThreadPostOptions {
  /** Ports for RTP and RTCP: two for each endpoint. */
  readonly portRange: PortRange;
  readonly bindAddress?: string;
  readonly threads?: number;
  readonly silenceTimeoutMs?: number;
  readonly latching?: LatchPolicy;
  /** How long after a party's first packet a source with a better claim may take its place. */
  readonly learningMs?: number;
  /** How long a port pair rests before its next call, if another is free. */
  readonly portRestMs?: number;
  /** Within which every operation answers. */
  readonly deadlineMs?: number;
  /** Whose sockets carry the packets; `auto` by default. */
  readonly sockets?: SocketChoice;
  /** How a thread is started; for tests. */
  readonly spawn?: Spawn;
}

export interface RelayStats extends ThreadStats {
  /** How often a thread died and was replaced. */
  readonly restarts: number;
}

/** What is the same for each thread that takes the place. */
type PostSettings = Omit<ThreadSettings, 'sockets'>;

/** One thread's place: when the thread dies, the next takes it, with the same ports. */
export interface Post {
  readonly settings: PostSettings;
  readonly sessions: Map<number, RelaySession>;
  thread: RelayThread;
  startedAt: number;
}

/** A thread that dies sooner than this after its start is replaced no faster. */
const restartMs = 1000;

/** The relay's threads, each with its share of the ports and the sessions that live in it. */
export class ThreadPosts {
  readonly #posts: readonly Post[];
  readonly #pairs: number;
  #restarts = 0;
  #closed = false;

  readonly supply: SocketSupply;
  /** Within which every operation answers. */
  readonly deadlineMs: number;

  constructor(private readonly options: ThreadPostOptions) {
    this.deadlineMs = options.deadlineMs ?? 2000;
    this.supply = new SocketSupply(options.sockets ?? 'auto');
    this.#pairs = pairsOf(options.portRange).length;
    this.#posts = split(options.portRange, options.threads ?? 1).map((ports) => this.#post(ports));
  }

  /** The first fault with which a thread could not start. */
  async ready(): Promise<Fault | undefined> {
    for (const { thread } of this.#posts) {
      const fault = await thread.ready;
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Both sides of a call in one thread, if it can be; else the least busy first. */
  preferred(like: RelayThread | undefined): readonly Post[] {
    const burden = (post: Post): number => (post.thread === like ? -1 : post.sessions.size);
    return [...this.#posts].sort((one, other) => burden(one) - burden(other));
  }

  forget(session: RelaySession): void {
    for (const post of this.#posts) post.sessions.delete(session.side);
  }

  load(): MediaLoad {
    const endpoints = this.#posts.reduce((sum, post) => sum + post.sessions.size, 0);
    return { endpoints, portsUsed: 2 * endpoints, portsFree: 2 * (this.#pairs - endpoints) };
  }

  async stats(): Promise<RelayStats> {
    const none = { relayed: 0, malformed: 0, rejected: 0, sides: 0, pairsFree: 0, pairsWarm: 0 };
    let total: RelayStats = { ...none, restarts: this.#restarts };
    for (const { thread } of this.#posts) {
      const answer = await thread.order({ do: 'stats' });
      if (!answer.ok || answer.value.is !== 'stats') continue;
      const { stats } = answer.value;
      total = {
        relayed: total.relayed + stats.relayed,
        malformed: total.malformed + stats.malformed,
        rejected: total.rejected + stats.rejected,
        sides: total.sides + stats.sides,
        pairsFree: total.pairsFree + stats.pairsFree,
        pairsWarm: total.pairsWarm + stats.pairsWarm,
        restarts: total.restarts,
      };
    }
    return total;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#posts.map((post) => post.thread.stop()));
    for (const post of this.#posts) post.sessions.clear();
  }

  #post(ports: PortRange): Post {
    const { options } = this;
    const settings: PostSettings = {
      ports,
      bindAddress: options.bindAddress ?? '0.0.0.0',
      silenceTimeoutMs: options.silenceTimeoutMs ?? 60_000,
      latching: options.latching ?? 'learn',
      learningMs: options.learningMs ?? 500,
      portRestMs: options.portRestMs ?? 5000,
    };
    const sessions = new Map<number, RelaySession>();
    return { settings, sessions, thread: this.#start(settings, sessions), startedAt: performance.now() };
  }

  #start(settings: PostSettings, sessions: Map<number, RelaySession>): RelayThread {
    const sockets = this.supply.forThread(settings.ports);
    const events = {
      silent: (side: number, milliseconds: number): void => {
        sessions.get(side)?.tell({ type: 'silent', milliseconds });
      },
      sound: (side: number, event: SoundEvent): void => {
        sessions.get(side)?.sound.hear(event);
      },
      ended: () => {
        sockets.reclaim();
      },
      died: (thread: RelayThread, fault: Fault): void => {
        this.#replace(thread, fault);
      },
    };
    const whole = { ...settings, sockets: sockets.given };
    const wake = (): void => {
      sockets.wake();
    };
    return new RelayThread(whole, this.deadlineMs, { ...events, wake }, this.options.spawn);
  }

  #replace(thread: RelayThread, fault: Fault): void {
    const post = this.#posts.find((candidate) => candidate.thread === thread);
    if (post === undefined || this.#closed) return;
    const lost = [...post.sessions.values()];
    post.sessions.clear();
    const restart = (): void => {
      if (this.#closed) return;
      this.#restarts += 1;
      post.startedAt = performance.now();
      post.thread = this.#start(post.settings, post.sessions);
    };
    const soon = post.startedAt + restartMs - performance.now();
    if (soon <= 0) restart();
    else setTimeout(restart, soon).unref();
    for (const session of lost) session.tell({ type: 'lost', fault });
  }
}
