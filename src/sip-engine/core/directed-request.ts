import type { Direction, Director, ProxyDirection } from './direction.ts';
import type { PendingRequest, PendingRequests } from './pending-request.ts';

/**
 * Holds a new request until somebody outside has said what is to become of it. Whoever sent it may give up meanwhile;
 * an application that was connected for it is then let go.
 */
export function directed(
  pendings: PendingRequests,
  pending: PendingRequest,
  director: Director,
  proxy: (pending: PendingRequest, plan: ProxyDirection) => void,
): void {
  if (pending.isInvite) pending.respond(100);
  else pending.wait();
  director(pending.inbound, (direction) => {
    const waits = pendings.byId(pending.id) === pending && !pending.answered;
    if (waits) follow(pending, direction, proxy);
    else if (direction.type === 'application') direction.release();
  });
}

function follow(
  pending: PendingRequest,
  direction: Direction,
  proxy: (pending: PendingRequest, plan: ProxyDirection) => void,
): void {
  switch (direction.type) {
    case 'answer':
      pending.respond(direction.status, direction.reason, direction.headers);
      return;
    case 'proxy':
      proxy(pending, direction.plan);
      return;
    case 'application':
      pending.application = direction.application;
      pending.wait();
      direction.application.request(pending.inbound, pending.id);
  }
}
