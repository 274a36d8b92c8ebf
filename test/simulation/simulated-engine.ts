import { createHash } from 'node:crypto';
import { messageLimits, settingsOf } from '../../src/sip-engine/options.ts';
import { newCounters } from '../../src/sip-engine/stats.ts';
import { Admission } from '../../src/sip-engine/core/admission.ts';
import type { Application } from '../../src/sip-engine/core/application.ts';
import type { Identifiers } from '../../src/sip-engine/core/identifiers.ts';
import type { InboundRequest, InboundResponse } from '../../src/sip-engine/core/inbound.ts';
import { CallRecords } from '../../src/sip-engine/core/call-records.ts';
import { LiveDialogs } from '../../src/sip-engine/core/live-dialog.ts';
import { RegisteredFlows } from '../../src/sip-engine/core/registered-flows.ts';
import type { Surroundings, Ways } from '../../src/sip-engine/core/surroundings.ts';
import { UserAgent } from '../../src/sip-engine/core/user-agent.ts';
import { OverloadController } from '../../src/sip-engine/overload/controller.ts';
import { Transactions } from '../../src/sip-engine/transaction/transactions.ts';
import type { Flow, Listener } from '../../src/sip-engine/transport/flow.ts';
import { OwnAddresses } from '../../src/sip-engine/transport/local-address.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Chance } from './chance.ts';
import type { Network } from './network.ts';

/** The whole core of an engine, with a network, a clock and chance that a test holds in its hands. */
export class SimulatedEngine {
  readonly agent: UserAgent;
  /** What was thrown where the real engine would have logged a bug. */
  readonly faults: unknown[] = [];
  application: Application | undefined;
  readonly #listeners: readonly Listener[];
  readonly #around: Surroundings;
  /** Connections, by the address of the peer. */
  readonly #connections = new Map<string, Flow>();

  constructor(
    readonly name: string,
    readonly address: string,
    clock: VirtualClock,
    private readonly network: Network,
    chance: Chance,
  ) {
    const { timers, limits, sessionTimers, overload } = settingsOf({ listen: [], secret: '' });
    const counters = newCounters();
    this.#listeners = [
      { transport: 'udp', address, port: 5060 },
      { transport: 'tcp', address, port: 5060 },
    ];
    const dialogs = new LiveDialogs();
    this.#around = {
      clock,
      ids: seededIdentifiers(name, chance),
      timers,
      sessionTimers,
      counters,
      transactions: new Transactions<InboundResponse, InboundRequest>(clock, timers, counters),
      dialogs,
      registered: new RegisteredFlows(),
      records: new CallRecords(false, dialogs, () => undefined),
      own: new OwnAddresses(this.#listeners, new Map(), undefined),
      ways: this.#ways(),
      applications: {
        choose: () => this.application,
        director: () => undefined,
        wanted: () => (this.application === undefined ? [] : ['INVITE', 'REGISTER', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE']),
      },
      admission: new Admission({
        controller: new OverloadController(overload),
        counters,
        salt: name,
        retryAfter: overload.retryAfter,
        now: () => clock.now(),
        chance: () => chance.between(0, 1000),
      }),
      log: () => undefined,
    };
    this.agent = new UserAgent(this.#around, messageLimits(limits));
    network.attach(this.#listeners, (bytes, flow) => {
      if (flow.transport === 'tcp') this.#connections.set(flow.remote.address, flow);
      this.guarded(() => {
        this.agent.fromNetwork(bytes, flow);
      });
    });
  }

  /** As the assembly of the real engine does. */
  guarded(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.faults.push(error);
    }
  }

  /** What lives in it now, by name; empty when nothing does. */
  leftOver(): Record<string, number> {
    const { transactions, dialogs, counters, admission } = this.#around;
    const all = { ...transactions.counts, dialogs: dialogs.size, timers: counters.timers, pending: admission.pending };
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0));
  }

  #ways(): Ways {
    return {
      find: ({ host, port, wish }, _size, found) => {
        const remote = { address: host, port };
        if (host === this.address) found({ noWay: 'myself' });
        else if (wish.transport === 'tcp') found(this.#connection(host, port));
        else if (wish.transport === 'udp') found(this.network.datagrams(this.#listener('udp'), remote));
        else found({ noWay: 'transport' });
      },
      unreached: () => undefined,
      alias: () => undefined,
      back: ({ flow, via }) =>
        flow.transport === 'udp' ? flow : this.#connection(flow.remote.address, via.port ?? 5060),
    };
  }

  #connection(address: string, port: number): Flow {
    const open = this.#connections.get(address);
    if (open?.open === true) return open;
    const flow = this.network.connect(this.#listener('tcp'), { address, port });
    this.#connections.set(address, flow);
    return flow;
  }

  #listener(transport: 'udp' | 'tcp'): Listener {
    return this.#listeners.find((listener) => listener.transport === transport)!;
  }
}

/** Names that a reader of the ladder can tell apart. */
function seededIdentifiers(name: string, chance: Chance): Identifiers {
  let last = 0;
  return {
    uuid: () => `${name}-${String(++last)}`,
    tag: () => `${name}t${String(++last)}`,
    branch: () => `z9hG4bK${name}${String(++last)}`,
    seal: (text) => createHash('sha256').update(`${name} ${text}`).digest('hex').slice(0, 16),
    sequence: () => chance.between(1, 0xfffff),
  };
}
