/** Who sent the message that a record is made of: a peer, or an application or the engine itself. */
export type RecordSource = 'network' | 'application';

export type CallRole = 'uas' | 'uac' | 'proxy-uas' | 'proxy-uac';

export type CallEnd =
  'call-rejected' | 'call-canceled' | 'normal-release' | 'session-expired' | 'system-initiated-termination';

/** One record, as applications get it beside the message that it is made of. */
export type CallRecord =
  | { readonly event: 'cdr:attempt'; readonly source: RecordSource }
  | { readonly event: 'cdr:start'; readonly source: RecordSource; readonly role: CallRole }
  | { readonly event: 'cdr:stop'; readonly source: RecordSource; readonly reason: CallEnd };
