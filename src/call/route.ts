import type { TenantId } from '../directory/types.ts';
import type { Presentation, Target } from './party.ts';

/** What routing made of one call, once, when it arrived: a change of settings must not reroute a call that rings. */
export interface Route {
  readonly tenant: TenantId;
  readonly direction: 'internal' | 'inbound' | 'outbound';
  readonly presentation: Presentation;
  /** Rung one after the other; a step without targets is passed over. */
  readonly steps: readonly RouteStep[];
}

export interface RouteStep {
  /** Rung together; the first to answer wins. */
  readonly targets: readonly Target[];
  readonly seconds: number;
}
