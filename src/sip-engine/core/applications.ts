import type { Application } from './application.ts';
import type { Director } from './direction.ts';

/** Those that are connected. */
export interface Applications {
  /** The next in turn of those that want this method. */
  choose(method: string): Application | undefined;
  /** Who is to be asked what becomes of a new request of this method; undefined where `choose` says it. */
  director(method: string): Director | undefined;
  /** Every method that somebody wants, in upper case. */
  wanted(): string[];
}
