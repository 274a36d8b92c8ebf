import type { MediaReport } from '../port.ts';

/** What went by at one side. */
export type Counters = Omit<MediaReport, 'codec'>;

/** One thread's totals, over all its sides. */
export interface Tally {
  relayed: number;
  malformed: number;
  rejected: number;
}
