import { Headers } from '../message/headers.ts';
import type { Flow } from '../transport/flow.ts';
import { type Departure, depart, empty, exchange } from './client-exchange.ts';
import { afterGrace } from './grace.ts';
import { findWay, requestInDialog } from './in-dialog-request.ts';
import type { LiveDialog } from './live-dialog.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The engine ends a dialog by itself: BYE to the peer, and the same BYE to the application, as what it is told by.
 * A subscription has no BYE; it is only forgotten.
 */
export function hangUp(around: Surroundings, live: LiveDialog, why: string, tell: 'application' | 'nobody'): void {
  around.dialogs.remove(live);
  if (live.usage === 'subscription') return;
  findWay(around, live, 0, (way) => {
    // Whatever becomes of the BYE, the application must learn that the call is over.
    const flow = 'noWay' in way ? live.flow : way;
    const bye = byeOf(around, live, why, flow);
    if (!('noWay' in way)) exchange(around, bye, { response: () => undefined }).start();
    if (tell === 'application') tellOf(around, live, bye);
  });
}

/** Tells the application of an end whose BYE must still wait. */
export function announceEnd(around: Surroundings, live: LiveDialog, why: string): void {
  tellOf(around, live, byeOf(around, live, why, live.flow));
}

function tellOf(around: Surroundings, live: LiveDialog, { bytes, flow }: Departure): void {
  afterGrace(around, live, () => {
    live.application.hungUp(bytes, flow, live.id);
  });
}

function byeOf(around: Surroundings, live: LiveDialog, why: string, flow: Flow): Departure {
  const headers = new Headers().append('Reason', `SIP;cause=200;text="${why}"`);
  return depart(around, requestInDialog(around, live, 'BYE', flow, { headers, body: empty }), flow);
}
