import type { SipMessage } from '../../../src/sip-engine/message/types.ts';
import type { Endpoint } from './link.ts';
import { Chronicle } from './chronicle.ts';
import type { Timers } from './timers.ts';
import { label } from './wire.ts';

export interface LogEntry {
  /** Milliseconds since the phone was started. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly message: SipMessage;
  readonly label: string;
  readonly bytes: Buffer;
  readonly peer: Endpoint;
  /** How many times the very same bytes went in this direction before: above 0 it is a retransmission. */
  readonly again: number;
}

/** Every SIP message that this phone sent or received, in the order of the wire. */
export class MessageLog {
  readonly #chronicle: Chronicle<LogEntry>;
  readonly #since = performance.now();

  constructor(
    private readonly name: string,
    timers: Timers,
  ) {
    this.#chronicle = new Chronicle(timers, (entry) => `${entry.direction} ${entry.label}`);
  }

  get entries(): readonly LogEntry[] {
    return this.#chronicle.items;
  }

  write(direction: 'sent' | 'received', message: SipMessage, bytes: Buffer, peer: Endpoint): void {
    const at = performance.now() - this.#since;
    const again = this.entries.filter((past) => past.direction === direction && past.bytes.equals(bytes)).length;
    this.#chronicle.push({ at, direction, message, label: label(message), bytes: Buffer.from(bytes), peer, again });
  }

  /** Entries such as `sent('INVITE')`, retransmissions too. */
  sent(name?: string): LogEntry[] {
    return this.entries.filter((entry) => entry.direction === 'sent' && (name ?? entry.label) === entry.label);
  }

  received(name?: string): LogEntry[] {
    return this.entries.filter((entry) => entry.direction === 'received' && (name ?? entry.label) === entry.label);
  }

  /** The first message received under that label (`180 INVITE`, `BYE`), also one that came before. */
  toReceive(name: string, withinMs = 2000): Promise<LogEntry> {
    return this.first(name, (entry) => entry.direction === 'received' && entry.label === name, withinMs);
  }

  /** The first entry of that kind, also one that was before. */
  first(what: string, wanted: (entry: LogEntry) => boolean, withinMs = 2000): Promise<LogEntry> {
    return this.#chronicle.first(`${what} at ${this.name}`, withinMs, wanted);
  }

  /** For a failing test's reader: one line per message, arrows from this phone's side. */
  ladder(): string {
    return this.entries
      .map(({ at, direction, label: what, message, peer, again }) => {
        const time = (at / 1000).toFixed(3).padStart(8);
        const arrow = direction === 'sent' ? '──▶' : '◀──';
        const target = message.kind === 'request' ? ` ${message.uri}` : ` ${message.reason}`;
        const repeated = again > 0 ? ` (again, ${again})` : '';
        const cseq = message.headers.get('CSeq') ?? '?';
        return `${time} ${this.name} ${arrow} ${peer.address}:${peer.port} ${what}${target} [CSeq ${cseq}]${repeated}`;
      })
      .join('\n');
  }
}
