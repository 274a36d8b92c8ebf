import { parseCSeq } from '../message/cseq.ts';
import { parseNameAddr, splitList, tagOf } from '../message/name-addr.ts';
import { withoutParam } from '../message/params.ts';
import { parseUri, printUri } from '../message/uri.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';

/** A dialog of RFC 3261 §12, seen from our end. */
export interface Dialog {
  /** `<Call-ID>;from-tag=<tag in From of the request that made it>`: applications build it themselves. */
  readonly id: string;
  readonly role: 'uas' | 'uac';
  readonly phase: 'early' | 'confirmed';
  readonly callId: string;
  /** What goes into From and To of our requests, tags included. */
  readonly local: string;
  readonly remote: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Of the last request that we sent. */
  readonly localSequence: number;
  /** Of the last request that came; undefined until one does. */
  readonly remoteSequence: number | undefined;
  /** Values for Route, in the order in which they go out. */
  readonly routes: readonly string[];
  /** The URI of their Contact. */
  readonly target: string;
}

export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`;
}

/** The dialog that a request makes with its first answer (RFC 3261 §12.1.1). Our CSeq begins after theirs. */
export function uasDialog(request: SipRequest, localTag: string): Dialog {
  const { headers } = request;
  const callId = headers.get('Call-ID') ?? '';
  const from = headers.get('From') ?? '';
  const remoteTag = tagOf(from) ?? '';
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.number ?? 0;
  return {
    id: dialogId(callId, remoteTag),
    role: 'uas',
    phase: 'early',
    callId,
    local: `${headers.get('To') ?? ''};tag=${localTag}`,
    remote: from,
    localTag,
    remoteTag,
    localSequence: sequence,
    remoteSequence: sequence,
    routes: listOf(headers.all('Record-Route')),
    target: contactUri(request) ?? uriOf(from),
  };
}

/** The dialog that a response with a To tag makes of our request (RFC 3261 §12.1.2). */
export function uacDialog(request: SipRequest, response: SipResponse): Dialog {
  const { headers } = request;
  const callId = headers.get('Call-ID') ?? '';
  const local = headers.get('From') ?? '';
  const remote = response.headers.get('To') ?? '';
  const localTag = tagOf(local) ?? '';
  return {
    id: dialogId(callId, localTag),
    role: 'uac',
    phase: response.status < 200 ? 'early' : 'confirmed',
    callId,
    local,
    remote,
    localTag,
    remoteTag: tagOf(remote) ?? '',
    localSequence: parseCSeq(headers.get('CSeq') ?? '')?.number ?? 0,
    remoteSequence: undefined,
    routes: listOf(response.headers.all('Record-Route')).reverse(),
    target: contactUri(response) ?? request.uri,
  };
}

export function confirmed(dialog: Dialog): Dialog {
  return { ...dialog, phase: 'confirmed' };
}

/** The 2xx settles target and route set anew, whatever the provisional before it said (RFC 3261 §13.2.2.4). */
export function confirmedBy(dialog: Dialog, request: SipRequest, response: SipResponse): Dialog {
  const settled = uacDialog(request, response);
  return { ...settled, localSequence: dialog.localSequence, remoteSequence: dialog.remoteSequence };
}

/** A message that may move the target (RFC 3261 §12.2) and has a Contact moves it. */
export function retargeted(dialog: Dialog, message: SipRequest | SipResponse): Dialog {
  const target = contactUri(message);
  return target === undefined || target === dialog.target ? dialog : { ...dialog, target };
}

/** @returns the dialog after one more request of ours, whose CSeq number is its `localSequence` */
export function counted(dialog: Dialog): Dialog {
  return { ...dialog, localSequence: dialog.localSequence + 1 };
}

/** The dialog after a request of theirs; undefined when it is out of order (RFC 3261 §12.2.2). */
export function followed(dialog: Dialog, sequence: number): Dialog | undefined {
  if (dialog.remoteSequence !== undefined && sequence <= dialog.remoteSequence) return undefined;
  return { ...dialog, remoteSequence: sequence };
}

/**
 * Request-URI and Route of a request in the dialog: a first route without `lr` is a strict router, which takes the
 * place of the target (RFC 3261 §12.2.1.1).
 */
export function pathOf(dialog: Dialog): { readonly uri: string; readonly routes: readonly string[] } {
  const [first, ...others] = dialog.routes;
  if (first === undefined || /;lr(?:[;=>]|$)/i.test(first)) return { uri: dialog.target, routes: dialog.routes };
  return { uri: uriOf(first), routes: [...others, `<${dialog.target}>`] };
}

/** The URI of the first Contact, if there is one that can be read. */
export function contactUri(message: SipRequest | SipResponse): string | undefined {
  const field = message.headers.get('Contact');
  const uri = field === undefined ? undefined : parseNameAddr(splitList(field)[0] ?? '')?.uri;
  return uri?.includes('?') === true || uri?.includes(';method=') === true ? asTarget(uri) : uri;
}

/** A request-URI has no headers and no method (RFC 3261 §19.1.1, table 1): what a Contact says of them is left out. */
function asTarget(contact: string): string {
  const uri = parseUri(contact);
  if (uri === undefined) return contact;
  return printUri({ ...uri, params: withoutParam(uri.params, 'method'), headers: [] });
}

export function uriOf(nameAddr: string): string {
  return parseNameAddr(nameAddr)?.uri ?? nameAddr;
}

function listOf(fields: readonly string[]): string[] {
  return fields.flatMap((field) => splitList(field));
}
