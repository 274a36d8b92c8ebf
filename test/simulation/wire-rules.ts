import { parseCSeq } from '../../src/sip-engine/message/cseq.ts';
import { defaultLimits } from '../../src/sip-engine/message/limits.ts';
import { tagOf } from '../../src/sip-engine/message/name-addr.ts';
import { paramOf } from '../../src/sip-engine/message/params.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import type { SipMessage } from '../../src/sip-engine/message/types.ts';
import { topVia } from '../../src/sip-engine/message/via.ts';
import type { Packet } from './network.ts';

/** A message as it left, as often as it left. */
interface Sent {
  readonly message: SipMessage;
  readonly from: string;
  readonly method: string;
  readonly sequence: number;
  readonly callId: string;
  readonly branch: string;
  times: number;
}

/** What RFC 3261 promises of everything that leaves, whatever was lost. */
export function wireViolations(packets: readonly Packet[], proxy: string | undefined): string[] {
  const sent: Sent[] = [];
  const known = new Map<string, Sent>();
  const violations: string[] = [];
  for (const { bytes, from } of packets) {
    const text = `${from} ${bytes.toString('latin1')}`;
    const before = known.get(text);
    if (before !== undefined) {
      before.times++;
      continue;
    }
    const one = read(bytes, from);
    if (one === undefined) violations.push(`unreadable: ${text}`);
    else {
      known.set(text, one);
      sent.push(one);
    }
  }
  return [
    ...violations,
    ...sent.flatMap((one) => tooOften(one) ?? []),
    ...sent.flatMap((one) => (one.message.kind === 'response' && one.method === 'ACK' ? ['a response to an ACK'] : [])),
    ...branchesUsedTwice(sent),
    // What a proxy passes on is numbered and tagged by its two ends.
    ...sequencesWithGaps(sent.filter(({ from }) => from !== proxy)),
    ...unstableTags(sent.filter(({ from }) => from !== proxy)),
    ...reliableOutOfOrder(sent.filter(({ from }) => from !== proxy)),
  ];
}

function read(bytes: Buffer, from: string): Sent | undefined {
  const parsed = parseMessage(bytes, defaultLimits);
  if (!parsed.ok) return undefined;
  const message = parsed.value;
  const cseq = parseCSeq(message.headers.get('CSeq') ?? '');
  const via = topVia(message.headers);
  return {
    message,
    from,
    method: cseq?.method ?? '',
    sequence: cseq?.number ?? 0,
    callId: message.headers.get('Call-ID') ?? '',
    branch: via === undefined ? '' : (paramOf(via.params, 'branch') ?? ''),
    times: 1,
  };
}

/** Timer A sends seven times, timer E eleven. Answers are repeated for each copy of the request too, so are ACKs. */
function tooOften({ message, method, times }: Sent): string | undefined {
  if (message.kind !== 'request' || method === 'ACK') return undefined;
  const most = method === 'INVITE' ? 7 : 11;
  return times > most ? `${method} sent ${String(times)} times` : undefined;
}

/** CANCEL and the ACK of a failure share the branch of their INVITE; nothing else shares any. */
function branchesUsedTwice(sent: readonly Sent[]): string[] {
  const used = new Set<string>();
  return sent.flatMap(({ message, method, branch }) => {
    if (message.kind !== 'request') return [];
    const key = `${method} ${branch}`;
    if (used.has(key)) return [`branch ${branch} used for two ${method}`];
    used.add(key);
    return [];
  });
}

/**
 * Each new request of one side in a dialog counts one more; ACK and CANCEL count as their INVITE. The early dialogs of
 * a fork share one count, so that each of them sees gaps.
 */
function sequencesWithGaps(sent: readonly Sent[]): string[] {
  const last = new Map<string, number>();
  const forked = new Set<string>();
  const first = new Map<string, string>();
  for (const { message, callId, sequence, method } of sent) {
    const tag = tagOf(message.headers.get('To') ?? '');
    if (message.kind === 'request' || message.status >= 300 || method !== 'INVITE' || tag === undefined) continue;
    const key = `${callId} ${String(sequence)}`;
    if ((first.get(key) ?? tag) !== tag) forked.add(callId);
    first.set(key, tag);
  }
  return sent.flatMap(({ message, from, method, sequence, callId }) => {
    if (message.kind !== 'request' || method === 'ACK' || method === 'CANCEL') return [];
    const isForked = forked.has(callId);
    const key = `${callId} ${from} ${isForked ? (tagOf(message.headers.get('To') ?? '') ?? '') : ''}`;
    const before = last.get(key);
    last.set(key, sequence);
    const right = before === undefined || (isForked ? sequence > before : sequence === before + 1);
    return right ? [] : [`${method} has CSeq ${String(sequence)} after ${String(before)}`];
  });
}

/** Each end of a call goes by one tag. Failures, and the answers to CANCEL, may have tags of their own. */
function unstableTags(sent: readonly Sent[]): string[] {
  const tags = new Map<string, string>();
  return sent.flatMap(({ message, callId, from, method }) => {
    if (message.kind === 'response' && (message.status >= 300 || method === 'CANCEL')) return [];
    const tag = tagOf(message.headers.get(message.kind === 'request' ? 'From' : 'To') ?? '');
    const key = `${callId} ${from}`;
    const before = tags.get(key);
    if (tag === undefined || method === 'CANCEL') return [];
    tags.set(key, tag);
    return before === undefined || before === tag ? [] : [`${callId}: tag ${tag} after ${before}`];
  });
}

/** RFC 3262 §3: the next reliable provisional of an INVITE counts one more. */
function reliableOutOfOrder(sent: readonly Sent[]): string[] {
  const last = new Map<string, number>();
  return sent.flatMap(({ message, branch }) => {
    const field = message.headers.get('RSeq');
    if (field === undefined) return [];
    const before = last.get(branch);
    last.set(branch, Number(field));
    return before === undefined || Number(field) === before + 1 ? [] : [`RSeq ${field} after ${String(before)}`];
  });
}
