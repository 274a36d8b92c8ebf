/** Whether a trunk is there, as OPTIONS found it. */
export type TrunkHealth =
  /** With so many checks missed in a row since. */
  { readonly is: 'up'; readonly missed: number } | { readonly is: 'down' };

/** What is held of a trunk that nobody has asked yet: a call finds out. */
export const presumedUp: TrunkHealth = { is: 'up', missed: 0 };

/** One lost answer is no failure: on UDP the next is seconds away. */
const mostMissed = 2;

/**
 * @param status of the answer to OPTIONS; undefined: none came in time. Any answer shows a server that lives, also a
 * refusal, but 408 and 503 are what it, or our own SIP server, says when it does not (RFC 3261 §11.2 and §21.5.4)
 */
export function checked(health: TrunkHealth, status: number | undefined): TrunkHealth {
  if (status !== undefined && status !== 408 && status !== 503) return presumedUp;
  if (health.is === 'down' || health.missed + 1 >= mostMissed) return { is: 'down' };
  return { is: 'up', missed: health.missed + 1 };
}
