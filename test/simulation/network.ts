import type { Clock } from '../../src/kernel/clock.ts';
import type { Endpoint, Flow, Listener } from '../../src/sip-engine/transport/flow.ts';
import type { Chance } from './chance.ts';

/** How bad the network is: parts of all datagrams, and milliseconds. */
export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly delay: { readonly least: number; readonly most: number };
}

/** One sending of one message. */
export interface Packet {
  readonly at: number;
  readonly transport: 'udp' | 'tcp';
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
  /** When it came or will come; none: lost. */
  readonly arrivals: readonly number[];
}

export type Receive = (bytes: Buffer, flow: Flow) => void;

/** Joins engines by their addresses; datagrams get lost, doubled and overtaken, a connection only takes its time. */
export class Network {
  readonly packets: Packet[] = [];
  readonly #hosts = new Map<string, { readonly listeners: readonly Listener[]; readonly receive: Receive }>();
  /** Breaks each connection. */
  readonly #breaks: (() => void)[] = [];
  #lastPort = 40_000;

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly weather: Weather,
  ) {}

  attach(listeners: readonly Listener[], receive: Receive): void {
    for (const { address } of listeners) this.#hosts.set(address, { listeners, receive });
  }

  /** The way of datagrams from that socket to that peer. */
  datagrams(local: Listener, remote: Endpoint): Flow {
    return {
      transport: 'udp',
      local,
      remote,
      open: true,
      send: (bytes) => {
        const arrivals = this.chance.happens(this.weather.loss) ? [] : [this.#arrival()];
        if (arrivals.length > 0 && this.chance.happens(this.weather.duplication)) arrivals.push(this.#arrival());
        this.#carry('udp', local, remote, bytes, arrivals, (copy) => {
          const host = this.#hosts.get(remote.address);
          const there = host?.listeners.find(({ transport, port }) => transport === 'udp' && port === remote.port);
          if (there !== undefined) host?.receive(copy, this.datagrams(there, local));
        });
      },
    };
  }

  /** Opens a connection: our end of it. The peer meets its own end in what it receives. */
  connect(local: Listener, remote: Endpoint): Flow {
    const ephemeral = { address: local.address, port: ++this.#lastPort };
    const host = this.#hosts.get(remote.address);
    const there = host?.listeners.find(({ transport, port }) => transport === 'tcp' && port === remote.port);
    const ours: Flow = this.#end(local, remote, (bytes) => {
      if (there !== undefined) host?.receive(bytes, theirs);
    });
    const theirs: Flow = this.#end(there ?? { ...remote, transport: 'tcp' }, ephemeral, (bytes) => {
      this.#hosts.get(local.address)?.receive(bytes, ours);
    });
    return ours;
  }

  /** What is on its way is lost; what is sent on one of them fails. */
  breakConnections(): void {
    for (const end of this.#breaks.splice(0)) end();
  }

  #end(local: Listener, remote: Endpoint, deliver: (bytes: Buffer) => void): Flow {
    let last = 0;
    let open = true;
    this.#breaks.push(() => (open = false));
    return {
      transport: 'tcp',
      local,
      remote,
      get open() {
        return open;
      },
      send: (bytes, failed) => {
        if (!open) {
          this.clock.after(0, () => failed?.('the connection is closed'));
          return;
        }
        last = Math.max(last, this.#arrival());
        this.#carry('tcp', local, remote, bytes, [last], (copy) => {
          if (open) deliver(copy);
        });
      },
    };
  }

  #carry(
    transport: 'udp' | 'tcp',
    from: Endpoint,
    to: Endpoint,
    bytes: Uint8Array,
    arrivals: readonly number[],
    deliver: (copy: Buffer) => void,
  ): void {
    const at = this.clock.now();
    const packet = { at, transport, from: from.address, to: to.address, bytes: Buffer.from(bytes), arrivals };
    this.packets.push(packet);
    for (const arrival of arrivals) {
      this.clock.after(arrival - at, () => {
        deliver(Buffer.from(packet.bytes));
      });
    }
  }

  #arrival(): number {
    return this.clock.now() + this.chance.between(this.weather.delay.least, this.weather.delay.most);
  }
}
