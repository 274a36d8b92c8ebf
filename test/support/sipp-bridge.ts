import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificates.ts';
import { type MessageLine, openLine, overStream } from './message-line.ts';
import type { Endpoint } from './phone/link.ts';

/** What a bridge carries the TCP of SIPp over. */
export type CarriedTransport = 'tcp' | 'tls' | 'wss';

export interface BridgeOptions {
  readonly transport: CarriedTransport;
  readonly server: Endpoint;
  /** Path of the certificate of the authority that the server's must be signed by. */
  readonly trusted: string;
  /** The loopback address that the server sees. Default 127.0.0.1. */
  readonly address?: string;
}

type Change = (message: Buffer) => Buffer;

/**
 * SIPp without TLS and WebSocket speaks TCP to this, which carries its messages on over TLS or WSS, and brings back
 * what comes. Where SIPp names its transport the other is put; all else passes as it is.
 */
export class SippBridge {
  /** What went wrong on the way; empty at the end of a test that passes. */
  readonly faults: string[] = [];
  readonly #flows = new Set<Flow>();
  #closed = false;

  private constructor(
    private readonly listener: Server,
    /** Where SIPp sends to; in front of a carrier, where the server does. */
    readonly near: Endpoint,
    private readonly change: Change,
  ) {}

  /** For callers: each connection of SIPp gets one of its own to the server. */
  static async forCallers(options: BridgeOptions): Promise<SippBridge> {
    const { listener, bridge } = await SippBridge.#listen(options);
    listener.on('connection', (socket) => {
      const near = overStream(socket);
      bridge.#meanwhile(connected(options).then((far) => bridge.#flow(far).join(near)));
    });
    return bridge;
  }

  /**
   * For a phone that is called: it registers, and is called over the same flow (RFC 5626). All that SIPp does goes
   * over one connection to the server, from now until the bridge is closed.
   */
  static async forCalled(options: BridgeOptions): Promise<SippBridge> {
    const { listener, bridge } = await SippBridge.#listen(options);
    const flow = bridge.#flow(await connected(options), 'lasting');
    listener.on('connection', (socket) => {
      flow.join(overStream(socket));
    });
    return bridge;
  }

  /** For a carrier that is called over TLS: it listens at that address, where SIPp would if it could. */
  static async forCarrier(at: Endpoint, { key, cert }: Certificate, sipp: Endpoint): Promise<SippBridge> {
    const listener = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
    const near = await opened(listener, at.address, at.port);
    const bridge = new SippBridge(listener, near, (message) => moved(renamed(message, 'tls'), sipp, at));
    listener.on('secureConnection', (far) => {
      bridge.#flow(overStream(far)).join(overStream(connect(sipp.port, sipp.address)));
    });
    return bridge;
  }

  static async #listen({ transport }: BridgeOptions): Promise<{ listener: Server; bridge: SippBridge }> {
    const listener = createServer();
    const near = await opened(listener, '127.0.0.1', 0);
    return { listener, bridge: new SippBridge(listener, near, (message) => renamed(message, transport)) };
  }

  /** Brings what comes in over the lasting flow to a SIPp that listens now. */
  async callsGoTo({ address, port }: Endpoint): Promise<void> {
    const socket = connect(port, address);
    await once(socket, 'connect');
    const near = overStream(socket);
    for (const flow of this.#flows) flow.join(near);
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const flow of this.#flows) flow.close();
    this.listener.close();
    await once(this.listener, 'close');
  }

  #flow(far: MessageLine, duration: 'lasting' | 'as SIPp wants' = 'as SIPp wants'): Flow {
    const flow = new Flow(far, duration, this.change, this.faults, () => this.#flows.delete(flow));
    this.#flows.add(flow);
    return flow;
  }

  #meanwhile(work: Promise<void>): void {
    work.catch((error: unknown) => this.faults.push(String(error)));
  }
}

/** A connection with the server, and the SIPp that it belongs to now. */
class Flow {
  #near: MessageLine | undefined;

  constructor(
    private readonly far: MessageLine,
    private readonly duration: 'lasting' | 'as SIPp wants',
    private readonly change: Change,
    private readonly faults: string[],
    over: () => void,
  ) {
    const fault = (what: string): void => void faults.push(`from the server: ${what}`);
    far.listen({
      received: (bytes) => {
        if (this.#near === undefined) fault(`nobody is there for ${String(bytes)}`);
        else this.#near.send(bytes);
      },
      fault,
      closed: () => {
        this.#near?.close();
        over();
      },
    });
  }

  join(near: MessageLine): void {
    this.#near = near;
    near.listen({
      received: (bytes) => {
        this.far.send(this.change(bytes));
      },
      fault: (what) => void this.faults.push(`from SIPp: ${what}`),
      closed: () => {
        if (this.#near === near) this.#near = undefined;
        if (this.duration === 'as SIPp wants') this.far.close();
      },
    });
  }

  close(): void {
    this.#near?.close();
    this.far.close();
  }
}

/**
 * A message of SIPp's as it would be, did SIPp speak that transport: in its Via, where it asks (those of the server
 * come back as they were), and in its Contact, where `ws` stands for WSS too (RFC 7118 §5.2).
 */
export function renamed(message: Buffer, transport: CarriedTransport): Buffer {
  if (transport === 'tcp') return message;
  return inHead(message, (head) => {
    const contact = head.replace(/^(Contact:.*;transport=)tcp\b/im, transport === 'tls' ? '$1tls' : '$1ws');
    return contact.startsWith('SIP/2.0 ')
      ? contact
      : contact.replace(/^(Via: *SIP\/2\.0\/)TCP /im, `$1${transport.toUpperCase()} `);
  });
}

/** The same from another address: that of its Contact. */
function moved(message: Buffer, from: Endpoint, to: Endpoint): Buffer {
  return inHead(message, (head) =>
    head.replace(/^Contact:.*$/im, (field) =>
      field.replace(`${from.address}:${String(from.port)}`, `${to.address}:${String(to.port)}`),
    ),
  );
}

function inHead(message: Buffer, change: (head: string) => string): Buffer {
  const end = message.indexOf('\r\n\r\n');
  if (end < 0) return message;
  return Buffer.concat([Buffer.from(change(message.toString('latin1', 0, end)), 'latin1'), message.subarray(end)]);
}

async function opened(listener: Server, address: string, port: number): Promise<Endpoint> {
  listener.listen(port, address);
  await once(listener, 'listening');
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('the bridge is not bound to a port');
  return { address: bound.address, port: bound.port };
}

function connected({ transport, server, trusted, address = '127.0.0.1' }: BridgeOptions): Promise<MessageLine> {
  return openLine(transport, server, { ca: readFileSync(trusted), localAddress: address });
}
