import type { Instant } from '../../kernel/clock.ts';
import { parseCSeq } from '../message/cseq.ts';
import { sameHost } from '../../kernel/ip-address.ts';
import { splitList } from '../message/list.ts';
import { parseNameAddr } from '../message/name-addr.ts';
import { paramOf } from '../message/params.ts';
import type { Headers } from '../message/headers.ts';
import { parseUri } from '../message/uri.ts';
import type { Flow } from '../transport/flow.ts';
import { isReliable } from '../transport/transport-name.ts';

/** More contacts of one request are not remembered. */
const mostContacts = 10;

interface Registered {
  readonly flow: Flow;
  readonly until: Instant;
  /** Whose registration or subscription it was: who that is, the application has looked at. */
  readonly owner: string | undefined;
}

/**
 * Over which connection a contact was registered or subscribed, as drachtio-server remembers it: applications send to
 * a browser's `sip:x@y.invalid` and rely on it (RFC 7118 §5.1). Nothing outlives its connection.
 */
export class RegisteredFlows {
  readonly #flows = new Map<string, Registered>();
  #sweepAt = 100;

  get size(): number {
    return this.#flows.size;
  }

  /**
   * Notes the contacts of a request that was answered with 2xx; `answer` has the last word on for how long. Nobody takes
   * the contact of another who is there, unless its host is where he comes from and the other came from elsewhere.
   */
  remember(request: Headers, answer: Headers, flow: Flow, now: Instant): void {
    if (!isReliable(flow.transport)) return;
    const granted = seconds(answer.get('Expires')) ?? seconds(request.get('Expires')) ?? 3600;
    const answered = contactsOf(answer);
    const owner = ownerOf(request);
    for (const { key, expires } of contactsOf(request).slice(0, mostContacts)) {
      const known = this.#flows.get(key);
      const foreign = known !== undefined && known.owner !== owner && known.flow.open && known.until > now;
      if (foreign && (isAt(key, known.flow) || !isAt(key, flow))) continue;
      const given = answered.find((one) => one.key === key)?.expires ?? expires ?? granted;
      if (given > 0) this.#flows.set(key, { flow, until: now + given * 1000, owner });
      else this.#flows.delete(key);
    }
    if (this.#flows.size >= this.#sweepAt) this.#sweep(now);
  }

  /** The open connection that the contact was registered over. */
  find(uri: string, now: Instant): Flow | undefined {
    if (this.#flows.size === 0) return undefined;
    const key = keyOf(uri);
    const known = key === undefined ? undefined : this.#flows.get(key);
    if (key === undefined || known === undefined) return undefined;
    if (known.flow.open && known.until > now) return known.flow;
    this.#flows.delete(key);
    return undefined;
  }

  #sweep(now: Instant): void {
    for (const [key, { flow, until }] of this.#flows) if (!flow.open || until <= now) this.#flows.delete(key);
    this.#sweepAt = Math.max(100, 2 * this.#flows.size);
  }
}

function contactsOf(headers: Headers): { key: string; expires: number | undefined }[] {
  return headers
    .all('Contact')
    .flatMap(splitList)
    .flatMap((value) => {
      const contact = parseNameAddr(value);
      const key = contact === undefined ? undefined : keyOf(contact.uri);
      return contact === undefined || key === undefined
        ? []
        : [{ key, expires: seconds(paramOf(contact.params, 'expires')) }];
    });
}

/** The address-of-record of a REGISTER stands in To, the subscriber in From. */
function ownerOf(request: Headers): string | undefined {
  const method = parseCSeq(request.get('CSeq') ?? '')?.method;
  const address = parseNameAddr(request.get(method === 'REGISTER' ? 'To' : 'From') ?? '');
  return address === undefined ? undefined : keyOf(address.uri);
}

function isAt(key: string, { remote }: Flow): boolean {
  return sameHost(key.slice(key.lastIndexOf('@') + 1), remote.address);
}

function keyOf(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed === undefined || parsed.scheme === 'tel' ? undefined : `${parsed.user ?? ''}@${parsed.host}`;
}

function seconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : undefined;
}
