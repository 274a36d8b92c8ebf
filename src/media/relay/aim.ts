import { isUnspecified } from '../sdp/address.ts';
import type { Audio } from '../sdp/description.ts';
import { receives, sends } from '../sdp/direction.ts';
import type { Aim } from './protocol.ts';

/** Where a party is and what it wants, as its description says. */
export function aimOf({ rtp, rtcp, direction }: Audio): Aim {
  const somewhere = !isUnspecified(rtp.address);
  return {
    rtp: somewhere ? rtp : undefined,
    rtcp: somewhere ? rtcp : undefined,
    sends: sends(direction),
    receives: receives(direction),
  };
}
