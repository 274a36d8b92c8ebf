import type { Dialog } from './dialog.ts';

/**
 * Milliseconds until a request that met 491 may be tried again (RFC 3261 §14.1): whoever made the Call-ID waits longer,
 * so that not both come back at once.
 * @param chance any whole number
 */
export function glareWait({ role }: Pick<Dialog, 'role'>, chance: number): number {
  return role === 'uac' ? 2100 + (chance % 191) * 10 : (chance % 201) * 10;
}
