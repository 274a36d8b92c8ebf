import { addressFamily } from '../../sdp/address.ts';
import type { Socket } from '../../sdp/description.ts';
import type { Descriptors } from './descriptors.ts';
import { addressBytes, families, fromKernel, inFamily, toKernel } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';
import { type BindUdp, type Heard, receiveBuffer, type UdpSocket } from './udp-socket.ts';

/** Linux's numbers, the same on every processor that `systemCalls` allows. */
const linux = {
  datagram: 2,
  nonBlocking: 0o4000,
  closeOnExec: 0o2000000,
  dontWait: 0x40,
  wholeLength: 0x20,
  socketLevel: 1,
  receiveBuffer: 8,
  ipv6Level: 41,
  ipv6Only: 26,
  epollAdd: 1,
  epollIn: 1,
} as const;

/** `struct epoll_event` is packed on x64 alone. */
const event = process.arch === 'x64' ? { bytes: 12, data: 4 } : { bytes: 16, data: 8 };
const mostEvents = 1024;

/** When many sockets have waited, each gives up so many packets at once: that is cheaper than to ask which have more. */
const behind = { sockets: 64, packets: 4 } as const;

/**
 * For how long the loop of Node is held up at a time, in milliseconds: timers wait there, and what comes from other relay
 * threads. Orders do not: they wake the thread. While nothing is heard or sent there is less to be late for.
 */
const turnMs = { busy: 5, idle: 50 } as const;
const idleAfterMs = 1000;

/** More than any packet of sound; a longer datagram is not one. */
const largestPacket = 4096;

/** What must not wait for the loop of Node: the moment it is due, on the clock of the sockets, and what is done then. */
export interface Pulse {
  readonly dueAt: number;
  beat(): void;
}

/**
 * UDP sockets of the system without Node in between. Node's cost a packet more than the kernel does: it asks for each
 * packet twice, and makes objects and callbacks for what is sent. Here a thread waits for all its sockets in one call, and
 * spends one call on each packet that comes and one on each that goes.
 *
 * It is for a thread that does little else: while a socket is open, the thread's own loop only runs now and then.
 */
export class SystemUdp {
  readonly #sockets = new Map<number, SystemSocket>();
  readonly #epoll: number;
  readonly #events = Buffer.alloc(mostEvents * event.bytes);
  readonly #counter = Buffer.alloc(8);
  #turning = false;
  #busyUntil = 0;

  /** @throws the system's error when there is no epoll to be had */
  constructor(
    private readonly system: SystemCalls,
    private readonly descriptors: Descriptors,
    private readonly wake: number,
    private readonly now: () => number,
    private readonly pulse: Pulse = { dueAt: Number.POSITIVE_INFINITY, beat: () => undefined },
  ) {
    this.#epoll = system.epoll_create1(linux.closeOnExec);
    if (this.#epoll < 0) throw system.error('epoll_create1');
    descriptors.add(this.#epoll);
    if (this.#watch(wake) < 0) throw system.error('epoll_ctl');
  }

  readonly bind: BindUdp = (address, port, heard) => {
    try {
      return Promise.resolve(this.#bind(address, port, heard));
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  };

  #bind(address: string, port: number, heard: Heard): UdpSocket {
    const { system } = this;
    const at = toKernel({ address, port });
    const family = addressFamily(address);
    if (at === undefined || family === undefined) throw new Error(`'${address}' is not an IP address`);
    const type = linux.datagram | linux.nonBlocking | linux.closeOnExec;
    const fd = system.socket(families[family], type, 0);
    if (fd < 0) throw system.error('socket');
    const slot = this.descriptors.add(fd);
    const wanted = Buffer.alloc(4);
    wanted.writeInt32LE(receiveBuffer);
    system.setsockopt(fd, linux.socketLevel, linux.receiveBuffer, wanted, 4);
    // `::` is both families, whatever the machine's own setting is.
    if (family === 6) system.setsockopt(fd, linux.ipv6Level, linux.ipv6Only, Buffer.alloc(4), 4);
    if (system.bind(fd, at, at.length) < 0) throw this.#failed('bind', fd, slot);
    if (this.#watch(fd) < 0) throw this.#failed('epoll_ctl', fd, slot);
    const socket = new SystemSocket(system, fd, family, heard, () => {
      this.#sockets.delete(fd);
      this.descriptors.remove(slot);
    });
    this.#sockets.set(fd, socket);
    if (!this.#turning) {
      this.#turning = true;
      setImmediate(this.#turn);
    }
    return socket;
  }

  #watch(fd: number): number {
    const interest = Buffer.alloc(event.bytes);
    interest.writeUInt32LE(linux.epollIn, 0);
    interest.writeInt32LE(fd, event.data);
    return this.system.epoll_ctl(this.#epoll, linux.epollAdd, fd, interest);
  }

  #failed(call: string, fd: number, slot: number): Error {
    const error = this.system.error(call);
    this.descriptors.remove(slot);
    this.system.close(fd);
    return error;
  }

  readonly #turn = (): void => {
    const start = this.now();
    const wait = start < this.#busyUntil ? turnMs.busy : turnMs.idle;
    let round: 'packets' | 'order' | 'nothing';
    do {
      round = this.#round(Math.max(0, Math.min(wait, Math.ceil(this.pulse.dueAt - this.now()))));
      this.pulse.beat();
    } while (round === 'packets' && this.now() < start + turnMs.busy);
    if (round === 'packets') this.#busyUntil = start + idleAfterMs;
    if (this.#sockets.size > 0) setImmediate(this.#turn);
    else this.#turning = false;
  };

  /** Waits once, and takes a packet of each socket that has some. */
  #round(wait: number): 'packets' | 'order' | 'nothing' {
    const ready = this.system.epoll_wait(this.#epoll, this.#events, mostEvents, wait);
    let round: 'packets' | 'order' | 'nothing' = ready > 0 ? 'packets' : 'nothing';
    const most = ready > behind.sockets ? behind.packets : 1;
    for (let index = 0; index < ready; index++) {
      const fd = this.#events.readInt32LE(index * event.bytes + event.data);
      if (fd === this.wake) {
        this.system.read(fd, this.#counter, this.#counter.length);
        round = 'order';
      } else this.#sockets.get(fd)?.receive(most);
    }
    return round;
  }
}

/** One packet at a time is in it: threads have one each. */
const packetRoom = Buffer.alloc(largestPacket);
/** Of each length that came: nearly all packets of a stream have the same. */
const views: Buffer[] = [];
const fromRoom = Buffer.alloc(addressBytes);
const fromLength = Buffer.alloc(4);

function view(bytes: number): Buffer {
  return (views[bytes] ??= packetRoom.subarray(0, bytes));
}

class SystemSocket implements UdpSocket {
  /** Where the last packet came from, as the kernel and as we say it: mostly it is where the next comes from. */
  #lastFrom = Buffer.alloc(addressBytes);
  #from: Socket = { address: '', port: 0 };
  #to: Socket | undefined;
  #toKernel: Buffer | undefined;
  #open = true;

  constructor(
    private readonly system: SystemCalls,
    private readonly fd: number,
    private readonly family: 4 | 6,
    private readonly heard: Heard,
    private readonly closed: () => void,
  ) {}

  /** Takes what waits, up to so many: the others are asked for in the next round, so that a flood does not hold up its neighbours. */
  receive(most: number): void {
    for (let left = most; left > 0 && this.#receive(); left--);
  }

  /** @returns whether there was one, and there may be more */
  #receive(): boolean {
    fromLength.writeUInt32LE(addressBytes);
    const flags = linux.dontWait | linux.wholeLength;
    const bytes = this.system.recvfrom(this.fd, packetRoom, largestPacket, flags, fromRoom, fromLength);
    // An error is what ICMP told of a packet that we sent; to have read it is enough.
    if (bytes < 0) return false;
    if (bytes > largestPacket) return true;
    const length = fromLength.readUInt32LE();
    if (fromRoom.compare(this.#lastFrom, 0, length, 0, length) !== 0) {
      fromRoom.copy(this.#lastFrom);
      this.#from = fromKernel(fromRoom);
    }
    this.heard(view(bytes), this.#from);
    return this.#open;
  }

  send(packet: Uint8Array, to: Socket): void {
    if (!this.#open) return;
    if (to !== this.#to) {
      this.#to = to;
      this.#toKernel = toKernel(inFamily(this.family, to));
    }
    const address = this.#toKernel;
    if (address === undefined) return;
    this.system.sendto(this.fd, packet, packet.length, linux.dontWait, address, address.length);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.closed();
    this.system.close(this.fd);
  }
}
