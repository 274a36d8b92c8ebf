import type { Trunk, TrunkId } from '../../directory/types.ts';
import { TrunkCheck } from './check.ts';
import { type TrunkParts, TrunkRegistration } from './registration.ts';

/** How a trunk fares, for metrics. */
export interface TrunkStanding {
  readonly trunk: TrunkId;
  /** Undefined: it is not asked. */
  readonly up: boolean | undefined;
  /** Undefined: it is not registered with. */
  readonly registered: boolean | undefined;
}

interface Watched {
  readonly trunk: Trunk;
  /** What of the trunk the two below depend on. */
  readonly basis: string;
  readonly registration: TrunkRegistration | undefined;
  readonly check: TrunkCheck | undefined;
}

/** How long a trunk is given to confirm that we are gone. */
const farewellMs = 1_000;

/** Registers with the trunks that want it, and asks whether they are there, as they come, change and go. */
export class TrunkWatch {
  #watched: ReadonlyMap<TrunkId, Watched> = new Map();
  #closed = false;

  constructor(private readonly parts: TrunkParts) {}

  /** These are the trunks now. One that has not changed is left in peace. */
  sync(trunks: readonly Trunk[]): void {
    if (this.#closed) return;
    const before = this.#watched;
    this.#watched = new Map(
      trunks.map((trunk) => {
        const known = before.get(trunk.id);
        return [trunk.id, known?.basis === basisOf(trunk) ? { ...known, trunk } : this.#begin(trunk)];
      }),
    );
    for (const [id, old] of before) {
      if (this.#watched.get(id)?.basis !== old.basis) void end(old);
    }
  }

  /** False: it was asked, or registered with, and does not answer. */
  reachable(id: TrunkId): boolean {
    const watched = this.#watched.get(id);
    return watched?.check?.up !== false && watched?.registration?.failed !== true;
  }

  standing(): readonly TrunkStanding[] {
    return [...this.#watched.values()].map(({ trunk, check, registration }) => ({
      trunk: trunk.id,
      up: check?.up,
      registered: registration?.registered,
    }));
  }

  /** The trunk that a request for this user came by: our Contact there, from an address of its registrar. */
  registrarAt(user: string, address: string): Trunk | undefined {
    for (const { trunk, registration } of this.#watched.values()) {
      if (registration?.brings(user, address) === true) return trunk;
    }
    return undefined;
  }

  /** Whether the user part of a request-URI is our Contact at that trunk, which says nothing of who is called. */
  isOwnContact(id: TrunkId, user: string): boolean {
    return this.#watched.get(id)?.registration?.contactUser === user;
  }

  /** Takes every registration away, and asks no more. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#watched.values()];
    this.#watched = new Map();
    await Promise.all(all.map(end));
  }

  #begin(trunk: Trunk): Watched {
    const { registers, auth, checkSeconds } = trunk;
    return {
      trunk,
      basis: basisOf(trunk),
      registration:
        registers === undefined || auth === undefined
          ? undefined
          : new TrunkRegistration(trunk, auth, registers.seconds, this.parts),
      check: checkSeconds === undefined ? undefined : new TrunkCheck(trunk, checkSeconds, this.parts),
    };
  }
}

function basisOf({ host, port, transport, auth, registers, checkSeconds }: Trunk): string {
  return JSON.stringify([host, port, transport, auth, registers, checkSeconds]);
}

async function end({ registration, check }: Watched): Promise<void> {
  check?.stop();
  await registration?.stop(farewellMs);
}
