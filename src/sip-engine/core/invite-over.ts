import { empty } from './client-exchange.ts';
import { announceEnd } from './hang-up.ts';
import type { InboundRequest } from './inbound.ts';
import type { TheirInvite } from './live-dialog.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Their INVITE came to its end without the application: what it answered can no longer be sent, and its early dialog
 * is gone. The caller reads `status`.
 */
export function endInvite(around: Surroundings, invite: TheirInvite, status: number): void {
  const { live } = invite;
  invite.cancelled = true;
  if (live !== undefined) {
    live.theirInvite = undefined;
    if (live.dialog.phase === 'early') around.dialogs.remove(live);
  }
  invite.respond(status);
  // Its BYE waited for the ACK of an answer that will never leave.
  if (invite.held !== undefined) live?.release();
}

/**
 * Tells the application of that end: as a CANCEL, or, where it believes that it has answered because its 2xx waited
 * for a PRACK, as a BYE of the engine.
 * @param cancel the CANCEL that came; without one the application is shown the one that would have ended the INVITE
 */
export function tellEnd(
  around: Surroundings,
  invite: TheirInvite,
  dialogId: string,
  why: string,
  cancel: InboundRequest = asCancel(invite.inbound),
): void {
  const { live, application } = invite;
  if (invite.held !== undefined && live !== undefined) announceEnd(around, live, why);
  else application?.requestInDialog(cancel, invite.id, dialogId);
}

function asCancel(invite: InboundRequest): InboundRequest {
  const headers = invite.request.headers.clone().set('CSeq', `${String(invite.sequence)} CANCEL`);
  return { ...invite, request: { ...invite.request, method: 'CANCEL', headers, body: empty } };
}
