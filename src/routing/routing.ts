import type { Caller } from '../call/party.ts';
import type { NormaliseDialled } from '../directory/dialled.ts';
import type { Fault } from '../faults/fault.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RoutingLookups } from './port.ts';

export interface RoutingQuery {
  readonly caller: Caller;
  /** The user part of the request-URI, percent-decoded. */
  readonly dialled: string;
}

export interface RoutingSettings {
  /** How long a colleague's phones ring, in seconds. */
  readonly ringSeconds: number;
  /** How long a trunk may take to answer, in seconds. */
  readonly trunkRingSeconds: number;
  /** The country whose numbering an unknown trunk's numbers are read in, ISO 3166. */
  readonly trunkCountry: string;
}

export interface Routing {
  readonly lookups: RoutingLookups;
  readonly normalise: NormaliseDialled;
  readonly settings: RoutingSettings;
  readonly clock: Pick<Clock, 'now'>;
}

/** One question to routing, while it is being answered. */
export interface Walk {
  readonly caller: Caller;
  readonly routing: Routing;
  /** Those of `routing`, which ask the same thing once. */
  readonly lookups: RoutingLookups;
  /** Keeps a line for the log. */
  readonly note: (text: string) => void;
  /** Keeps that there was nobody to ring here, which is no fault of the settings. */
  readonly nobody: () => void;
  /** Keeps that the settings could not be followed here: what the caller is told when nothing else can be done. */
  readonly stuck: (fault: Fault) => void;
}
