/** Something that is done every 20 milliseconds. */
export interface Beaten {
  /** @param at the moment that it was due, on the clock of the metronome; whole milliseconds */
  beat(at: number): void;
}

/** How long a packet's sound lasts. */
export const beatMs = 20;

/** Not all at once: what passes in between is relayed on time. */
const slotMs = 2;
/** Beats that were missed are made up for, but not more than so many. */
const mostMissed = 5;

interface Slot {
  readonly offset: number;
  readonly members: Set<Beaten>;
  due: number;
}

/**
 * Beats every 20 milliseconds for whoever joined, counted from a fixed moment: a beat that was late does not delay the
 * next. Members are spread over the time between two beats. It has no timer of its own: its driver asks when it is due.
 */
export class Metronome {
  readonly #slots: readonly Slot[] = Array.from({ length: beatMs / slotMs }, (_, index) => ({
    offset: index * slotMs,
    members: new Set(),
    due: Number.POSITIVE_INFINITY,
  }));
  readonly #origin: number;
  #dueAt = Number.POSITIVE_INFINITY;

  /** Called when it is due sooner than it was. */
  onSooner: () => void = () => undefined;

  /** @param now milliseconds of a clock that never jumps */
  constructor(private readonly now: () => number) {
    this.#origin = Math.ceil(now());
  }

  /** When it wants to beat; infinity when nobody has joined. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Safe to call again. */
  add(member: Beaten): void {
    if (this.#slots.some(({ members }) => members.has(member))) return;
    const now = this.now();
    const slot = this.#slots.reduce((least, other) => (other.members.size < least.members.size ? other : least));
    slot.members.add(member);
    if (slot.members.size === 1) {
      const beats = Math.ceil((now - this.#origin - slot.offset) / beatMs);
      slot.due = this.#origin + slot.offset + Math.max(0, beats) * beatMs;
    }
    const before = this.#dueAt;
    this.#look();
    if (this.#dueAt < before) this.onSooner();
  }

  remove(member: Beaten): void {
    for (const slot of this.#slots) {
      if (slot.members.delete(member) && slot.members.size === 0) slot.due = Number.POSITIVE_INFINITY;
    }
    this.#look();
  }

  /** Beats for whom it is time. */
  beat(): void {
    const now = this.now();
    if (now < this.#dueAt) return;
    for (const slot of this.#slots) {
      const missed = Math.floor((now - slot.due) / beatMs);
      if (missed > mostMissed) slot.due += (missed - mostMissed) * beatMs;
      while (slot.due <= now) {
        const at = slot.due;
        slot.due += beatMs;
        for (const member of slot.members) member.beat(at);
      }
    }
    this.#look();
  }

  #look(): void {
    this.#dueAt = this.#slots.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY);
  }
}
