import type { Clock } from '../../kernel/clock.ts';

const windowMs = 60_000;
/** Apps have nothing to say but their token, and a ping now and then. */
const most = 60;

/** Counts what an app says; to be called with each message and ping. @returns false once it is too much in a minute */
export function talkLimit(clock: Clock): () => boolean {
  let since = clock.now();
  let heard = 0;
  return () => {
    const now = clock.now();
    // A clock that was put back begins anew too.
    if (now - since >= windowMs || now < since) {
      since = now;
      heard = 0;
    }
    heard++;
    return heard <= most;
  };
}
