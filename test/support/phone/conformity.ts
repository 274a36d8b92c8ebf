import type { SipMessage } from '../../../src/sip-engine/message/types.ts';
import { branchOf, cseqOf, label, tagOf } from './wire.ts';

/** What RFC 3261 forbids in a message that we got: each becomes a surprise of the phone. */
export function offences(message: SipMessage): string[] {
  const { headers } = message;
  const found: string[] = [];
  const demand = (kept: boolean, offence: string): void => {
    if (!kept) found.push(`${label(message)}: ${offence}`);
  };
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) demand(headers.has(name), `no ${name}`);
  for (const name of ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Content-Length']) {
    demand(headers.all(name).length < 2, `${name} stands there more than once`);
  }
  demand(branchOf(message).startsWith('z9hG4bK'), 'the branch lacks the magic cookie');
  demand(tagOf(headers.get('From')) !== undefined, 'From without a tag');
  const length = headers.get('Content-Length');
  demand(
    length === undefined || Number(length) === message.body.length,
    'Content-Length is not the length of the body',
  );
  demand(message.body.length === 0 || headers.has('Content-Type'), 'a body without Content-Type');
  if (message.kind === 'request') {
    demand(cseqOf(message).method === message.method, 'CSeq names another method');
    demand(/^\d+$/.test(headers.get('Max-Forwards') ?? ''), 'no Max-Forwards');
    demand(message.method !== 'INVITE' || headers.has('Contact'), 'no Contact');
  } else {
    demand(message.status === 100 || tagOf(headers.get('To')) !== undefined, 'To without a tag');
    const accepts = cseqOf(message).method === 'INVITE' && message.status >= 200 && message.status < 300;
    demand(!accepts || headers.has('Contact'), 'no Contact');
  }
  return found;
}
