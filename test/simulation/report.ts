import type { FlowResult } from './flow.ts';

/** The flow as a reader follows it: who sent what when, what came of it, and what the applications noticed. */
export function ladderOf({ parties, network, start }: FlowResult): string {
  const names = new Map(parties.map(({ name }, index) => [`10.0.0.${String(index + 1)}`, name]));
  const lines = network.packets.map(({ at, from, to, bytes, arrivals, transport }) => ({
    at,
    text: `${names.get(from) ?? from} ${arrow(arrivals, transport)} ${names.get(to) ?? to}  ${summary(bytes)}  ${fate(at, arrivals)}`,
  }));
  for (const { ledger } of parties) {
    for (const { at, who, text } of ledger.notes) lines.push({ at, text: `      ${who} ${text}` });
  }
  return lines
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => `${((at - start) / 1000).toFixed(3).padStart(9)}  ${text}`)
    .join('\n');
}

function arrow(arrivals: readonly number[], transport: string): string {
  if (transport === 'tcp') return '==>';
  return arrivals.length === 0 ? '--X' : '-->';
}

function summary(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const [first = ''] = text.split('\r\n', 1);
  const cseq = /^CSeq: (.*)$/m.exec(text)?.[1]?.trim() ?? '';
  const more = ['RSeq', 'RAck', 'Reason', 'Subscription-State'].flatMap(
    (name) => new RegExp(`^${name}: .*$`, 'm').exec(text)?.[0].trim() ?? [],
  );
  const branch = /branch=z9hG4bK(\w+)/.exec(text)?.[1] ?? '';
  return [first.replace(' SIP/2.0', '').replace('SIP/2.0 ', ''), `(${cseq})`, `[${branch}]`, ...more].join(' ');
}

function fate(at: number, arrivals: readonly number[]): string {
  return arrivals.length === 0 ? 'LOST' : arrivals.map((arrival) => `+${String(arrival - at)}`).join(' and ');
}
