/** The base values of RFC 3261 §17.1.1.1, in milliseconds: everything else is derived from them. */
export interface BaseTimers {
  readonly t1: number;
  readonly t2: number;
  readonly t4: number;
}

/** The defaults of RFC 3261, table 4. */
export const rfcTimers: BaseTimers = { t1: 500, t2: 4000, t4: 5000 };

export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

/** Milliseconds per timer. A, E and G are first intervals; 0 means that the timer is not used on this transport. */
export interface TimerTable extends Readonly<Record<TimerName, number>> {
  /** The ceiling for E and G. */
  readonly t2: number;
}

/** RFC 3261 table 4, with timers L and M of RFC 6026 §8.7 and §8.8. */
export function timerTable({ t1, t2, t4 }: BaseTimers, reliable: boolean): TimerTable {
  const whole = 64 * t1;
  const unreliableOnly = (milliseconds: number): number => (reliable ? 0 : milliseconds);
  return {
    A: unreliableOnly(t1),
    B: whole,
    // Table 4 asks for at least 32 s, which is 64*T1 by default; so a shorter T1 shortens it too.
    D: unreliableOnly(whole),
    E: unreliableOnly(t1),
    F: whole,
    G: unreliableOnly(t1),
    H: whole,
    I: unreliableOnly(t4),
    J: unreliableOnly(whole),
    K: unreliableOnly(t4),
    L: whole,
    M: whole,
    t2,
  };
}
