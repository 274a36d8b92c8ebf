import type { MediaReport } from '../port.ts';

/** What went by at one side. */
export type Counters = Omit<MediaReport, 'codec'>;

export const noCounters: Counters = {
  packetsReceived: 0,
  bytesReceived: 0,
  packetsSent: 0,
  bytesSent: 0,
  packetsLost: 0,
  jitterMs: 0,
  packetsRejected: 0,
};

/** One thread's totals, over all its sides. */
export interface Tally {
  relayed: number;
  malformed: number;
  rejected: number;
}
