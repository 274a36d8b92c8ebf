import type { Flow } from '../transport/flow.ts';
import type { CallRecord } from './call-record.ts';
import type { InboundRequest, InboundResponse } from './inbound.ts';

/** A connected application, as the layers below see it: whatever they have for it, they hand to it here. */
export interface Application {
  /** A request outside any dialog, with the id under which its answer will come. */
  request(inbound: InboundRequest, transactionId: string): void;
  /** A request inside a dialog, or a CANCEL (whose dialog id is '' while the INVITE has had no answer). */
  requestInDialog(inbound: InboundRequest, transactionId: string, dialogId: string): void;
  /** `dialogId` is '' for a request that makes no dialog. */
  response(inbound: InboundResponse, transactionId: string, dialogId: string): void;
  /** The engine ended the dialog by itself; `bytes` is the BYE that says why. */
  hungUp(bytes: Uint8Array, flow: Flow, dialogId: string): void;
  /** For applications that keep records of calls. */
  record(record: CallRecord, bytes: Uint8Array): void;
}

/** What became of something that an application asked for. */
export type Outcome =
  | {
      readonly type: 'request-sent';
      readonly bytes: Uint8Array;
      readonly flow: Flow | undefined;
      readonly transactionId: string;
    }
  | {
      readonly type: 'response-sent';
      readonly bytes: Uint8Array;
      readonly flow: Flow;
      readonly transactionId: string;
      readonly dialogId: string;
      readonly toInvite: boolean;
    }
  | { readonly type: 'refused'; readonly why: string };

/** What an application hears of a request that it had proxied: any number of final responses, then one of the others. */
export type ProxyNews =
  | { readonly type: 'response'; readonly inbound: InboundResponse }
  | { readonly type: 'done' }
  | { readonly type: 'refused'; readonly why: string };

/** Called exactly once, and before anything that the request caused is handed up. */
export type Answer = (outcome: Outcome) => void;

export function refused(why: string): Outcome {
  return { type: 'refused', why };
}
