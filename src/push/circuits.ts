import type { Clock } from '../kernel/clock.ts';
import {
  askCircuit,
  type Circuit,
  type CircuitSettings,
  closedCircuit,
  type Permission,
  serviceFailed,
  serviceIsWell,
} from './circuit-breaker.ts';
import type { CircuitObserver } from './port.ts';

/** A circuit for each host that pushes go to, so that one which is ill does not keep us from the others. */
export class Circuits {
  /** Only those that are not as new. */
  readonly #circuits = new Map<string, Circuit>();

  constructor(
    private readonly clock: Clock,
    private readonly settings: CircuitSettings,
    private readonly onState: CircuitObserver,
  ) {}

  ask(host: string): Permission {
    const [circuit, permission] = askCircuit(this.#of(host), this.clock.now());
    this.#put(host, circuit);
    return permission;
  }

  well(host: string): void {
    this.#put(host, serviceIsWell());
  }

  failed(host: string): void {
    this.#put(host, serviceFailed(this.#of(host), this.clock.now(), this.settings));
  }

  #of(host: string): Circuit {
    return this.#circuits.get(host) ?? closedCircuit;
  }

  #put(host: string, next: Circuit): void {
    const before = this.#of(host).is;
    if (next.is === 'closed' && next.failures === 0) this.#circuits.delete(host);
    else this.#circuits.set(host, next);
    if (next.is !== before) this.onState(host, next.is);
  }
}
