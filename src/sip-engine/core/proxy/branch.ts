/** How far one branch of a proxied request has come. */
export type Leg =
  /** Waits for those before it. */
  | { readonly phase: 'queued' }
  /** Its way is looked for: a name, or a connection. */
  | { readonly phase: 'starting' }
  /** Sent, and nothing heard. */
  | { readonly phase: 'calling' }
  | { readonly phase: 'proceeding' }
  /** CANCEL has left, and its last word is waited for: it may still be a 2xx. */
  | { readonly phase: 'cancelling' }
  /** Nobody waits for it any more; it counts as `status`. A CANCEL may only follow a provisional (RFC 3261 §9.1). */
  | { readonly phase: 'abandoned'; readonly status: 408 | 487; readonly cancel: 'wanted' | 'sent' | 'pointless' }
  /** A final response other than 2xx; `heard` from the network, or made here in the place of one. */
  | { readonly phase: 'failed'; readonly status: number; readonly heard: boolean }
  | { readonly phase: 'answered' }
  /** A 3xx whose contacts became branches of their own. */
  | { readonly phase: 'redirected' }
  /** There was no way to it. */
  | { readonly phase: 'unsendable' }
  /** Never sent, for it was not needed any more. */
  | { readonly phase: 'skipped' };

export interface Branch {
  /** A URI. */
  readonly target: string;
  readonly leg: Leg;
}

/** Still might answer, and is waited for. */
export function isLive({ leg }: Pick<Branch, 'leg'>): boolean {
  return (
    leg.phase === 'starting' || leg.phase === 'calling' || leg.phase === 'proceeding' || leg.phase === 'cancelling'
  );
}
