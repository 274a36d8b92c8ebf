import type { Instant } from '../kernel/clock.ts';

export interface CircuitSettings {
  /** Failures of the service in a row before it is left alone. */
  readonly failuresToOpen: number;
  /** For how long the first time, in milliseconds; doubled after each probe that failed. */
  readonly openMs: number;
  readonly longestOpenMs: number;
}

/**
 * Short first pauses: they cost calls less than a wave of retries costs the service, and a phone whose deadline is
 * later is still woken.
 */
export const usualCircuit: CircuitSettings = { failuresToOpen: 10, openMs: 500, longestOpenMs: 30_000 };

export type Circuit =
  | { readonly is: 'closed'; readonly failures: number }
  | { readonly is: 'open'; readonly until: Instant; readonly pauseMs: number }
  /** One push is on its way to see whether the service is well; should nothing be heard of it, another goes at `until`. */
  | { readonly is: 'half-open'; readonly until: Instant; readonly pauseMs: number };

export const closedCircuit: Circuit = { is: 'closed', failures: 0 };

/** Whether a push may go out now; when not, at which instant to ask again. */
export type Permission = { readonly go: true } | { readonly go: false; readonly until: Instant };

/** Asks before each attempt. In an open circuit whose pause is over the asker becomes the probe. */
export function askCircuit(circuit: Circuit, now: Instant): readonly [Circuit, Permission] {
  if (circuit.is === 'closed') return [circuit, { go: true }];
  if (now < circuit.until) return [circuit, { go: false, until: circuit.until }];
  return [{ is: 'half-open', until: now + circuit.pauseMs, pauseMs: circuit.pauseMs }, { go: true }];
}

/** The service gave an answer that shows it to be well, though it may have refused the push. */
export function serviceIsWell(): Circuit {
  return closedCircuit;
}

/** The service failed: could not be reached, did not answer in time, or said so itself. */
export function serviceFailed(circuit: Circuit, now: Instant, settings: CircuitSettings): Circuit {
  switch (circuit.is) {
    case 'closed': {
      const failures = circuit.failures + 1;
      if (failures < settings.failuresToOpen) return { is: 'closed', failures };
      return { is: 'open', until: now + settings.openMs, pauseMs: settings.openMs };
    }
    case 'half-open': {
      const pauseMs = Math.min(circuit.pauseMs * 2, settings.longestOpenMs);
      return { is: 'open', until: now + pauseMs, pauseMs };
    }
    // It was on its way when the circuit opened: nothing new.
    case 'open':
      return circuit;
  }
}
