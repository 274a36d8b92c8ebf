import type { Trunk } from './types.ts';

/** The trunks as they are now: those of the configuration, and those that were added since. */
export interface Trunks {
  /** Those with the lowest priority first. The same array as before as long as none has changed. */
  all(): readonly Trunk[];
}
