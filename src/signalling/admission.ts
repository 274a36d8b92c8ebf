import type { HeaderFields, SipRequest } from './srf.ts';

/** What an exchange answers to an INVITE that it cannot serve as it is written (RFC 3261 §8.2). */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly detail: string;
}

/** What we call ourselves. It says nothing of whose exchange it is. */
export const product = 'qaller-pbx';
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE';

/** Extensions that may be required of us: none changes what we do without being asked. */
const supported: ReadonlySet<string> = new Set(['outbound']);

/** @returns undefined when there is nothing against it */
export function inspectInvite(req: SipRequest): Refusal | undefined {
  if (!/^(sips?|tel):/i.test(req.uri))
    return { status: 416, headers: {}, detail: 'only sip, sips and tel addresses can be called' };
  const unknown = tokens(req.get('Require')).filter((extension) => !supported.has(extension));
  if (unknown.length > 0) {
    return {
      status: 420,
      headers: { Unsupported: unknown.join(', ') },
      detail: 'call without the extensions named in Unsupported',
    };
  }
  if (req.body === undefined || req.body === '') {
    return { status: 488, headers: {}, detail: 'send the offer in the INVITE' };
  }
  const type = req.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/sdp')
    return { status: 415, headers: { Accept: 'application/sdp' }, detail: 'send application/sdp' };
  const encoding = req.get('Content-Encoding')?.toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return { status: 415, headers: { 'Accept-Encoding': 'identity' }, detail: 'send the body without an encoding' };
  }
  return undefined;
}

function tokens(field: string | undefined): readonly string[] {
  return (field ?? '')
    .split(',')
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '');
}

/** Whom a request-URI names: its user part or telephone number, percent-decoded. Undefined when it names nobody. */
export function dialledIn(uri: string): string | undefined {
  const [, sip, tel] = /^(?:sips?:([^@]*)@|tel:([^;?]+))/i.exec(uri) ?? [];
  // A user part may have parameters of its own, such as number portability's `;npdi` (RFC 4694).
  const user = sip?.split(/[:;]/)[0] ?? tel;
  if (user === undefined || user === '') return undefined;
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined; // an escape that is none
  }
}

/** Max-Forwards of a received request, less the hop that we are; 70 when it says nothing (RFC 3261 §8.1.1.6). */
export function hopsLeft(req: SipRequest): number {
  const given = Number.parseInt(req.get('Max-Forwards') ?? '70', 10);
  return Number.isSafeInteger(given) ? given - 1 : 69;
}
