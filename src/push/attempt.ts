import type { PushOutcome } from './port.ts';

/** What one request to a push service came to. */
export type Attempt =
  /** The service answered, and asking again would get the same answer. */
  | { readonly came: 'answer'; readonly outcome: PushOutcome }
  /** The service never looked at it, or its credentials have been renewed: ask again at once. */
  | { readonly came: 'unprocessed'; readonly reason: string }
  /** Ask again later. */
  | {
      readonly came: 'failure';
      readonly reason: string;
      /** `service`: it is ill for all; `push`: it is well, and has enough of this one. */
      readonly of: 'service' | 'push';
      /** Not before so many milliseconds have gone by, if the service said so. */
      readonly afterMs?: number | undefined;
    };

export function accepted(id: string | undefined): Attempt {
  return { came: 'answer', outcome: { outcome: 'accepted', id } };
}

export function refused(reason: string): Attempt {
  return { came: 'answer', outcome: { outcome: 'refused', reason } };
}

export function alarm(about: Extract<PushOutcome, { outcome: 'alarm' }>['about'], reason: string): Attempt {
  return { came: 'answer', outcome: { outcome: 'alarm', about, reason } };
}

export function unregistered(reason: string, since?: number): Attempt {
  return { came: 'answer', outcome: { outcome: 'unregistered', since, reason } };
}

export function serviceFailure(reason: string, afterMs?: number): Attempt {
  return { came: 'failure', of: 'service', reason, afterMs };
}

export function tooMany(reason: string, afterMs?: number): Attempt {
  return { came: 'failure', of: 'push', reason, afterMs };
}
