import type { Headers } from '../message/headers.ts';
import type { Application } from './application.ts';
import type { InboundRequest } from './inbound.ts';

/** What somebody outside of the engine decided on a new request. */
export type Direction =
  | {
      readonly type: 'application';
      readonly application: Application;
      /** Nobody waits for it any more. */
      release(): void;
    }
  | { readonly type: 'answer'; readonly status: number; readonly reason?: string; readonly headers?: Headers }
  | { readonly type: 'proxy'; readonly plan: ProxyDirection };

/** Where a request goes on to, without an application that would follow it. */
export interface ProxyDirection {
  readonly destinations: readonly string[];
  readonly recordRoute: boolean;
  readonly followRedirects: boolean;
  readonly simultaneous: boolean;
  /** As `5s` or `500ms`. */
  readonly provisionalTimeout: string;
  readonly finalTimeout: string;
}

/** Asks for a direction; `found` is called once, in a later turn. */
export type Director = (inbound: InboundRequest, found: (direction: Direction) => void) => void;
