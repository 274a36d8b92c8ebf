import type { Socket } from '../sdp/description.ts';

/** `learn`: the source of the first packet counts. `announced`: only the host that the description names. */
export type LatchPolicy = 'learn' | 'announced';

/** How good a packet's source is, the best last. */
const claims = { none: 0, left: 1, stranger: 2, known: 3, sameHost: 4, exact: 5 } as const;
type Claim = (typeof claims)[keyof typeof claims];

/**
 * Where a party really is (symmetric RTP, RFC 4961). Its description is believed until a
 * packet comes; the packet's source is then latched on to, so that a party behind NAT is
 * reached. During a short window a source with a better claim may still take over, first of
 * all the host that the description names; after it nothing can, until the party describes
 * itself anew. So a stranger who sends first gains at most that window.
 *
 * Times are milliseconds of a clock that never jumps.
 */
export class Latch {
  #announced: Socket | undefined;
  #source: Socket | undefined;
  /** The source at the time of the last description. */
  #former: Socket | undefined;
  #claim: Claim = claims.none;
  #moved = false;
  #learning = false;
  #learnsUntil = Number.POSITIVE_INFINITY;
  #destination: Socket | undefined;

  constructor(
    private readonly policy: LatchPolicy,
    private readonly windowMs: number,
  ) {}

  /** Where to send to; undefined while the party has not described itself. */
  get destination(): Socket | undefined {
    return this.#destination;
  }

  /** The party described itself, for the first time or anew: one new window opens at its next packet. */
  announce(announced: Socket): void {
    const before = this.#announced;
    this.#moved = before?.address !== announced.address || before.port !== announced.port;
    this.#announced = announced;
    this.#former = this.#source;
    this.#claim = claims.none;
    this.#learning = true;
    this.#learnsUntil = Number.POSITIVE_INFINITY;
    // Unmoved, it is still best reached where it was heard: the announced address may lie behind NAT.
    if (this.#moved) this.#destination = announced;
  }

  /** Whether a valid packet from there is the party's. May change the destination. */
  admits(address: string, port: number, now: number): boolean {
    const known = isAt(this.#source, address, port);
    if (!this.#learning || this.#announced === undefined) return known;
    if (now < this.#learnsUntil) return this.#learn(this.#announced, address, port, known, now);
    this.#learning = false;
    this.#destination = this.#source;
    return known;
  }

  #learn(announced: Socket, address: string, port: number, known: boolean, now: number): boolean {
    if (this.policy === 'announced' && address !== announced.address) return false;
    const claim = this.#weigh(announced, address, port);
    if (claim <= this.#claim) return known;
    if (this.#claim === claims.none) this.#learnsUntil = now + this.windowMs;
    this.#claim = claim;
    if (!known) this.#source = { address, port };
    // What still comes from where the party was is heard, but we already send to where it says it is.
    if (claim !== claims.left) this.#destination = this.#source;
    return true;
  }

  #weigh(announced: Socket, address: string, port: number): Claim {
    const familiar = isAt(this.#former, address, port);
    if (address === announced.address) {
      if (port === announced.port) return claims.exact;
      if (!(familiar && this.#moved)) return claims.sameHost;
    }
    if (!familiar) return claims.stranger;
    return this.#moved ? claims.left : claims.known;
  }
}

function isAt(socket: Socket | undefined, address: string, port: number): boolean {
  return socket !== undefined && socket.port === port && socket.address === address;
}
