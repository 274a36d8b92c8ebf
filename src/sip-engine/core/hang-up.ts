import { Headers } from '../message/headers.ts';
import { printMessage } from '../message/print.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallEnd } from './call-record.ts';
import { type Departure, depart, empty, exchange } from './client-exchange.ts';
import { afterGrace } from './grace.ts';
import { findWay, requestInDialog } from './in-dialog-request.ts';
import type { LiveDialog } from './live-dialog.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The engine ends a dialog by itself: BYE to the peer, and the same BYE to the application, as what it is told by.
 * A subscription has no BYE; it is only forgotten.
 * @param why what the application reads in the BYE that it is shown
 * @param toPeer the Reason fields that the peer reads, where they are others
 */
export function hangUp(
  around: Surroundings,
  live: LiveDialog,
  why: string,
  tell: 'application' | 'nobody',
  toPeer: readonly string[] = [reasonOf(why)],
): void {
  const wasUp = around.records.ends(live);
  around.dialogs.remove(live);
  // A peer who answers it with provisionals only would keep its transaction for ever.
  if (live.ourInvite?.isReinvite === true) live.ourInvite.cancel(undefined, undefined);
  if (live.usage === 'subscription') return;
  findWay(around, live, 0, (way) => {
    // Whatever becomes of the BYE, the application must learn that the call is over.
    const flow = 'noWay' in way ? live.flow : way;
    const bye = byeOf(around, live, toPeer, flow);
    if (wasUp) around.records.stop('application', endOf(why), bye.bytes);
    if (!('noWay' in way)) exchange(around, bye, { response: () => undefined }).start();
    if (tell === 'application') tellOf(around, live, withReason(bye, reasonOf(why)));
  });
}

/** Tells the application of an end whose BYE must still wait. */
export function announceEnd(around: Surroundings, live: LiveDialog, why: string): void {
  const { dialog } = live;
  const bye = byeOf(around, live, [reasonOf(why)], live.flow);
  // It does not leave, so it does not count.
  live.dialog = dialog;
  tellOf(around, live, bye);
}

function tellOf(around: Surroundings, live: LiveDialog, { bytes, flow }: Departure): void {
  afterGrace(around, live, () => {
    live.application.hungUp(bytes, flow, live.id);
  });
}

function byeOf(around: Surroundings, live: LiveDialog, reasons: readonly string[], flow: Flow): Departure {
  const headers = Headers.from(reasons.map((reason) => ['Reason', reason]));
  return depart(around, requestInDialog(around, live, 'BYE', flow, { headers, body: empty }), flow);
}

function withReason(bye: Departure, reason: string): Departure {
  const request = { ...bye.request, headers: bye.request.headers.clone().set('Reason', reason) };
  return { ...bye, request, bytes: printMessage(request) };
}

function endOf(why: string): CallEnd {
  return why === 'Session timer expired' ? 'session-expired' : 'system-initiated-termination';
}

function reasonOf(why: string): string {
  return `SIP;cause=200;text="${why}"`;
}
