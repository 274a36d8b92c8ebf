import { randomInt } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type {
  AnsweringEndpoint,
  EndpointSpec,
  MediaEndpoint,
  MediaLoad,
  MediaPlane,
  OfferingEndpoint,
  SdpText,
} from '../port.ts';
import { addressFamily } from '../sdp/address.ts';
import { type Codec, pcma, pcmu, telephoneEvent } from '../sdp/codec.ts';
import { readDescription } from '../sdp/read.ts';
import { renumbering, settled } from './agreement.ts';
import { RelayAnswering, RelayOffering } from './endpoints.ts';
import { ownAddress } from './own-address.ts';
import type { Passage } from './protocol.ts';
import { RelaySession, type SessionNumbers, type Surroundings } from './session.ts';
import { SoundShelf } from './sound-shelf.ts';
import { type Post, type RelayStats, type ThreadPostOptions, ThreadPosts } from './thread-posts.ts';

export interface RelayOptions extends ThreadPostOptions {
  /** Named in descriptions instead of the address that signalling goes through. */
  readonly externalAddress?: string;
  /** Networks, as `10.1.0.0/16`: an address of ours that lies in one is named as it is. */
  readonly localNetworks?: readonly string[];
  /** What we offer to a party when there is no other to take after. */
  readonly codecs?: readonly Codec[];
  /** Path of the WAV file that stands for music; without one that can be played, it is the ringback tone. */
  readonly music?: string;
  /** A party that was put on hold hears no music, since it speaks that codec; told once for each codec. */
  readonly onNoMusic?: (codec: string) => void;
}

/**
 * Starts the relay's threads.
 * @throws Fault MEDIA_FAILED when the address cannot be bound
 */
export async function startRelay(options: RelayOptions): Promise<RelayPlane> {
  const plane = new RelayPlane(options);
  const fault = await plane.check();
  if (fault === undefined) return plane;
  await plane.close();
  throw fault;
}

/** Our own media relay: RTP passes through worker threads of this process. It does not transcode. */
export class RelayPlane implements MediaPlane {
  readonly name = 'relay';
  readonly can = { transcode: false, record: true, play: true };
  readonly #posts: ThreadPosts;
  readonly #codecs: readonly Codec[];
  readonly #speaksIpv6: boolean;
  readonly #around: Surroundings;
  #lastSide = 0;
  #closed = false;

  constructor(options: RelayOptions) {
    const { externalAddress, localNetworks = [], codecs = [pcma, pcmu, telephoneEvent] } = options;
    this.#codecs = codecs;
    this.#speaksIpv6 = options.bindAddress?.includes(':') === true;
    this.#posts = new ThreadPosts(options);
    this.#around = {
      ownAddress: ownAddress({ externalAddress, localNetworks }),
      rejoin: (session) => (session.peer === undefined ? Promise.resolve(ok()) : this.#join(session, session.peer)),
      closed: (session) => {
        this.#posts.forget(session);
      },
      shelf: new SoundShelf(options.music, this.#posts.deadlineMs),
      deadlineMs: this.#posts.deadlineMs,
      onNoMusic: once(options.onNoMusic ?? (() => undefined)),
    };
  }

  /** Whether a call could be carried; the fault that stands in its way otherwise. */
  async check(): Promise<Fault | undefined> {
    const fault = await this.#posts.ready();
    if (fault !== undefined) return fault;
    const opened = await this.#open({ call: 'check', via: '127.0.0.1', onEvent: () => undefined }, undefined);
    if (!opened.ok) return opened.error;
    await opened.value.close();
    return undefined;
  }

  async answering(spec: EndpointSpec & { readonly offer: SdpText }): Promise<Result<AnsweringEndpoint, Fault>> {
    const offer = readDescription(spec.offer);
    if (!offer.ok) return offer;
    const opened = await this.#open(spec, undefined);
    if (!opened.ok) return opened;
    const heard = await opened.value.hear(offer.value);
    if (heard.ok) return ok(new RelayAnswering(opened.value));
    await opened.value.close();
    return heard;
  }

  async offering(
    spec: EndpointSpec & { readonly like: MediaEndpoint | undefined },
  ): Promise<Result<OfferingEndpoint, Fault>> {
    const like = spec.like === undefined ? undefined : sessionOf(spec.like);
    const opened = await this.#open(spec, like);
    if (!opened.ok) return opened;
    opened.value.codecs = like?.choices ?? this.#codecs;
    return ok(new RelayOffering(opened.value, like, opened.value.codecs));
  }

  async bridge(one: MediaEndpoint, other: MediaEndpoint): Promise<Result<void, Fault>> {
    const [first, second] = [sessionOf(one), sessionOf(other)];
    if (first === undefined || second === undefined || first === second) {
      return err(new Fault('MEDIA_FAILED', 'bridge two different endpoints of this media plane'));
    }
    return this.#join(first, second);
  }

  /** Whose sockets carry the packets; `why` not the system's. */
  get sockets(): { readonly kind: 'system' | 'node'; readonly why: string | undefined } {
    return this.#posts.supply;
  }

  load(): MediaLoad {
    return this.#posts.load();
  }

  stats(): Promise<RelayStats> {
    return this.#posts.stats();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#posts.close();
  }

  async #open(spec: EndpointSpec, like: RelaySession | undefined): Promise<Result<RelaySession, Fault>> {
    if (this.#closed) {
      return err(new Fault('SHUTTING_DOWN', 'the media relay is closed; place the call with another server'));
    }
    if (!this.#speaksIpv6 && addressFamily(spec.via) === 6) {
      const why = 'the media relay has sockets for IPv4 only: let sip.listen name an IPv6 address, and restart';
      return err(new Fault('MEDIA_FAILED', why));
    }
    for (const post of this.#posts.preferred(like?.thread)) {
      const opened = await this.#openAt(post, spec);
      if (opened.ok || opened.error.code !== 'MEDIA_PORTS_SPENT') return opened;
    }
    return err(new Fault('MEDIA_PORTS_SPENT', 'every media port is in use; widen the port range'));
  }

  async #openAt(post: Post, spec: EndpointSpec): Promise<Result<RelaySession, Fault>> {
    const { thread } = post;
    this.#lastSide += 1;
    const side = this.#lastSide;
    const answer = await thread.order({ do: 'open', side });
    if (!answer.ok) {
      // It may yet open after the deadline: then nobody would close it.
      void thread.order({ do: 'close', side });
      return answer;
    }
    switch (answer.value.is) {
      case 'opened': {
        const { port } = answer.value;
        const session = new RelaySession({ side, port, ...numbersOfChance() }, thread, spec, this.#around);
        post.sessions.set(side, session);
        return ok(session);
      }
      case 'ports-spent':
        return err(new Fault('MEDIA_PORTS_SPENT'));
      case 'cannot-bind': {
        const advice = 'check the bind address and the limit of open files';
        return err(new Fault('MEDIA_FAILED', `a media port cannot be opened: ${answer.value.why}; ${advice}`));
      }
      default:
        return err(new Fault('MEDIA_FAILED', `the relay answered '${answer.value.is}' to an order to open`));
    }
  }

  async #join(one: RelaySession, other: RelaySession): Promise<Result<void, Fault>> {
    if (one.party === undefined || other.party === undefined) {
      return err(new Fault('MEDIA_FAILED', 'nobody has answered the offer yet: accept an answer before bridging'));
    }
    const first = settled(one.choices, other.choices);
    if (!first.ok) return first;
    const second = settled(other.choices, first.value);
    if (!second.ok) return second;
    const passages = passagesBetween(
      { told: one.fixed ? one.codecs : first.value, theirs: one.party.audio.codecs, voice: first.value },
      { told: other.fixed ? other.codecs : second.value, theirs: other.party.audio.codecs, voice: second.value },
    );
    // A hold or a refresh changes nothing between the two.
    if (!areJoined(one, other, passages)) {
      const joined = await this.#connect(one, other, ...passages);
      if (!joined.ok) return joined;
      separate(one);
      separate(other);
      const [passage, back] = passages;
      one.joined(other, [passage, back]);
      other.joined(one, [back, passage]);
    }
    if (!one.fixed) one.codecs = first.value;
    if (!other.fixed) other.codecs = second.value;
    for (const session of [one, other]) session.followHold();
    return ok();
  }

  async #connect(
    one: RelaySession,
    other: RelaySession,
    passage: Passage,
    back: Passage,
  ): Promise<Result<void, Fault>> {
    if (one.thread === other.thread) {
      const order = { do: 'bridge', side: one.side, other: other.side, passage, back } as const;
      return done(await one.thread.order(order));
    }
    const { port1, port2 } = new MessageChannel();
    const near = done(await one.thread.order({ do: 'wire', side: one.side, wire: port1, passage }));
    const far = done(await other.thread.order({ do: 'wire', side: other.side, wire: port2, passage: back }));
    return near.ok ? far : near;
  }
}

function numbersOfChance(): Pick<SessionNumbers, 'origin' | 'voice'> {
  const voice = { ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 16), timestamp: randomInt(2 ** 32) };
  return { origin: randomInt(1, 2 ** 47), voice };
}

interface Terms {
  /** The party sends under these numbers. */
  readonly told: readonly Codec[];
  /** The party receives under these. */
  readonly theirs: readonly Codec[];
  readonly voice: readonly Codec[];
}

function passagesBetween(one: Terms, other: Terms): [Passage, Passage] {
  return [
    { renumbering: renumbering(one.told, other.theirs), clockRate: one.voice[0]?.clockRate ?? 8000 },
    { renumbering: renumbering(other.told, one.theirs), clockRate: other.voice[0]?.clockRate ?? 8000 },
  ];
}

function areJoined(one: RelaySession, other: RelaySession, [passage, back]: readonly [Passage, Passage]): boolean {
  return one.isJoined(other, [passage, back]) && other.isJoined(one, [back, passage]);
}

/** Its former peer no longer has one. */
function separate(session: RelaySession): void {
  if (session.peer?.peer === session) session.peer.alone();
  session.alone();
}

/** Told of each once. */
function once(tell: (what: string) => void): (what: string) => void {
  const told = new Set<string>();
  return (what) => {
    if (told.has(what)) return;
    told.add(what);
    tell(what);
  };
}

function sessionOf(endpoint: MediaEndpoint): RelaySession | undefined {
  return endpoint instanceof RelayAnswering || endpoint instanceof RelayOffering ? endpoint.session : undefined;
}

function done(answer: Result<{ readonly is: string }, Fault>): Result<void, Fault> {
  if (!answer.ok) return answer;
  return answer.value.is === 'done' ? ok() : err(new Fault('MEDIA_FAILED', 'the endpoint is closed; open another'));
}
