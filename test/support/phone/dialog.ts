import { Headers } from '../../../src/sip-engine/message/headers.ts';
import type { SipMessage, SipRequest } from '../../../src/sip-engine/message/types.ts';
import { addContent, listOf, tagOf, uriIn } from './wire.ts';
import type { ResponseContent } from './wire.ts';

export type Content = Pick<ResponseContent, 'headers' | 'body'>;

/** RFC 3261 §12: what the requests of one dialog have in common. */
export class Dialog {
  remoteTag: string | undefined;
  /** Where requests go: the other side's Contact. */
  target: string;
  route: readonly string[] = [];
  sequence: number;

  constructor(
    readonly callId: string,
    /** A From value with our tag. */
    readonly local: string,
    /** A To value without a tag. */
    private readonly remote: string,
    target: string,
    sequence = 1,
  ) {
    this.target = target;
    this.sequence = sequence;
  }

  /** Learns tag, route and target from a response to our INVITE (§12.1.2): the route turns round. */
  learnFromResponse(message: SipMessage): void {
    this.remoteTag = tagOf(message.headers.get('To')) ?? this.remoteTag;
    this.route = listOf(message.headers, 'Record-Route').reverse();
    this.refreshTarget(message);
  }

  /** §12.1.1: as the called side. */
  static ofRequest(request: SipRequest, localTag: string): Dialog {
    const from = request.headers.get('From') ?? '';
    const dialog = new Dialog(
      request.headers.get('Call-ID') ?? '',
      withTag(request.headers.get('To') ?? '', localTag),
      withoutTag(from),
      uriIn(request.headers.get('Contact') ?? from),
    );
    dialog.remoteTag = tagOf(from);
    dialog.route = listOf(request.headers, 'Record-Route');
    return dialog;
  }

  /** §12.2: a re-INVITE or its 2xx may bring another Contact. */
  refreshTarget(message: SipMessage): void {
    const contact = message.headers.get('Contact');
    if (contact !== undefined) this.target = uriIn(contact);
  }

  /** Without Via, which belongs to the transaction. ACK takes the number of its INVITE (§13.2.2.4). */
  request(method: string, content: Content = {}, sequence = (this.sequence += 1)): SipRequest {
    const to = this.remoteTag === undefined ? this.remote : withTag(this.remote, this.remoteTag);
    const headers = Headers.from([
      ['Max-Forwards', '70'],
      ['From', this.local],
      ['To', to],
      ['Call-ID', this.callId],
      ['CSeq', `${sequence} ${method}`],
    ]);
    for (const hop of this.route) headers.append('Route', hop);
    const body = addContent(headers, content);
    return { kind: 'request', method, uri: this.target, headers, body };
  }
}

function withTag(value: string, tag: string): string {
  return tagOf(value) === undefined ? `${value};tag=${tag}` : value;
}

function withoutTag(value: string): string {
  return value.replace(/;\s*tag=[^;]*/i, '');
}
