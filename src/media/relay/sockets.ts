import type { PortRange } from './port-range.ts';
import type { Sockets } from './protocol.ts';
import { Descriptors } from './udp/descriptors.ts';
import { type SystemCalls, systemCalls } from './udp/system-calls.ts';

/** `system`: those of Linux, at half of the processor time; `node`: everywhere. `auto`: `system` where that can be. */
export type SocketChoice = 'auto' | 'system' | 'node';

/** Which sockets the threads use, and, where it is not what was preferred, why. */
export class SocketSupply {
  readonly kind: 'system' | 'node';
  /** Why not `system`. */
  readonly why: string | undefined;
  readonly #system: SystemCalls | undefined;

  /** @throws an Error when `system` was asked for and cannot be */
  constructor(choice: SocketChoice) {
    const system = choice === 'node' ? 'it was configured so' : systemCalls();
    if (typeof system !== 'string') {
      this.kind = 'system';
      this.#system = system;
      return;
    }
    if (choice === 'system')
      throw new Error(`the relay cannot use sockets of the system: ${system}; choose auto or node`);
    this.kind = 'node';
    this.why = system;
  }

  /** For one thread with those ports. @throws the system's error when it has no descriptor left */
  forThread(ports: PortRange): ThreadSockets {
    if (this.#system === undefined) return ofNode;
    return ofTheSystem(this.#system, ports);
  }
}

/** What one thread reaches the network with, seen from the main thread: from its start until nothing of it runs any more. */
export interface ThreadSockets {
  readonly given: Sockets;
  /** An order was posted: the thread may be waiting for packets. Not after `reclaim`. */
  wake(): void;
  /** Closes what a thread that ended has left open. */
  reclaim(): void;
}

const ofNode: ThreadSockets = { given: { are: 'node' }, wake: () => undefined, reclaim: () => undefined };

function ofTheSystem(system: SystemCalls, { from, to }: PortRange): ThreadSockets {
  // A socket for each port, the one that waits for all, and the one that wakes it.
  const shared = Descriptors.shared(to - from + 3);
  const descriptors = new Descriptors(shared);
  const wake = system.eventfd(0, eventFlags);
  if (wake < 0) throw system.error('eventfd');
  descriptors.add(wake);
  return {
    given: { are: 'system', descriptors: shared, wake },
    wake: () => {
      system.write(wake, one, one.length);
    },
    reclaim: () => {
      for (const fd of descriptors.drain()) system.close(fd);
    },
  };
}

/** EFD_CLOEXEC and EFD_NONBLOCK of eventfd(2). */
const eventFlags = 0o2004000;
const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
