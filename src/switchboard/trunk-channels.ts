import type { CallId, LegId } from '../call/party.ts';
import type { Trunk, TrunkId } from '../directory/types.ts';

/** How many calls each trunk carries now, both ways, from the INVITE to the last word. */
export class TrunkChannels {
  readonly #used = new Map<TrunkId, number>();
  readonly #trunkOf = new Map<string, TrunkId>();

  used(trunk: TrunkId): number {
    return this.#used.get(trunk) ?? 0;
  }

  isFull({ id, channels }: Pick<Trunk, 'id' | 'channels'>): boolean {
    return channels !== undefined && this.used(id) >= channels;
  }

  /** @returns false when the trunk is full */
  take(call: CallId, leg: LegId, trunk: Pick<Trunk, 'id' | 'channels'>): boolean {
    if (this.isFull(trunk)) return false;
    this.occupy(call, leg, trunk.id);
    return true;
  }

  /** A call that the trunk itself brings: it knows how many it may. */
  occupy(call: CallId, leg: LegId, trunk: TrunkId): void {
    const key = `${call} ${leg}`;
    if (this.#trunkOf.has(key)) return;
    this.#trunkOf.set(key, trunk);
    this.#used.set(trunk, this.used(trunk) + 1);
  }

  /** Harmless for a leg that has none. */
  free(call: CallId, leg: LegId): void {
    const key = `${call} ${leg}`;
    const trunk = this.#trunkOf.get(key);
    if (trunk === undefined) return;
    this.#trunkOf.delete(key);
    const left = this.used(trunk) - 1;
    if (left > 0) this.#used.set(trunk, left);
    else this.#used.delete(trunk);
  }
}
