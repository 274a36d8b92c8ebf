/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export interface Timer {
  /** Safe to call twice, and after the timer fired. */
  cancel(): void;
}

/** Time as an argument: whatever needs it is handed a clock, so that a test can be the clock. */
export interface Clock {
  now(): Instant;
  /** Runs `run` once, `milliseconds` from now. */
  after(milliseconds: number, run: () => void): Timer;
}
