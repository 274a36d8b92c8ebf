import { VirtualClock } from '../support/virtual-clock.ts';
import { disagreement } from './call.ts';
import { Chance } from './chance.ts';
import * as mind from './minds.ts';
import { Network, type Weather } from './network.ts';
import { Party } from './party.ts';
import { type Plan, planOf } from './plan.ts';
import { SimulatedEngine } from './simulated-engine.ts';
import { wireViolations } from './wire-rules.ts';

export interface FlowResult {
  readonly plan: Plan;
  readonly violations: readonly string[];
  readonly parties: readonly Party[];
  readonly network: Network;
  readonly start: number;
}

const minute = 60_000;

/** One flow, run to its end in virtual time. The same seed and weather give the same, to the last byte. */
export function runFlow(seed: number, weather: Weather): FlowResult {
  const chance = new Chance(seed);
  const plan = planOf(chance.branch());
  const stage = new Stage(chance.branch(), weather, plan);
  const violations = stage.run();
  return { plan, violations, parties: stage.parties, network: stage.network, start: stage.start };
}

class Stage {
  readonly network: Network;
  readonly parties: Party[] = [];
  readonly start: number;
  readonly #clock = new VirtualClock();
  readonly #engines: SimulatedEngine[] = [];

  constructor(
    private readonly chance: Chance,
    weather: Weather,
    private readonly plan: Plan,
  ) {
    this.start = this.#clock.now();
    this.network = new Network(this.#clock, chance.branch(), weather);
  }

  run(): string[] {
    const violations: string[] = [];
    this.#begin();
    this.#rest(20 * minute);
    violations.push(...this.#disagreements());
    for (const { calls } of this.parties.slice(0, 1)) for (const call of calls) this.parties[0]!.hangUp(call);
    // The longest subscription, and its end.
    this.#rest(90 * minute);
    violations.push(...this.#disagreements());
    for (const party of this.parties) {
      if (party.present) party.ledger.settle();
      violations.push(...party.ledger.violations);
      for (const call of party.calls) if (call.state === 'up') violations.push(`${party.name}: still up`);
    }
    for (const engine of this.#engines) violations.push(...leftOver(engine));
    violations.push(...wireViolations(this.network.packets, this.#proxyAddress()));
    return violations;
  }

  #begin(): void {
    const { plan } = this;
    const [a, b] = [this.#party('alice', '10.0.0.1'), this.#party('bobby', '10.0.0.2')];
    const bob = this.#uri('bobby', '10.0.0.2');
    if (plan.kind === 'single') {
      a.mind = mind.obligingMind(a, this.chance.branch());
      b.mind = mind.obligingMind(b, this.chance.branch());
      for (const method of plan.methods) a.later(this.chance.between(0, 1000), () => a.send(method, bob));
    } else if (plan.kind === 'subscription') {
      a.mind = mind.subscriberMind(a, bob, plan);
      b.mind = mind.notifierMind(b, plan);
      a.send('SUBSCRIBE', bob, mind.subscribe(plan.seconds));
    } else {
      a.mind = mind.callerMind(a, this.chance.branch(), plan);
      b.mind = mind.calleeMind(b, this.chance.branch(), plan);
      this.#call(plan, a, b, bob);
    }
  }

  #call(plan: Plan & { readonly kind: 'call' }, a: Party, b: Party, bob: string): void {
    let uri = bob;
    if (plan.middle !== 'none') {
      const middle = this.#party('carol', '10.0.0.3');
      uri = this.#uri('carol', '10.0.0.3');
      if (plan.middle === 'bridge')
        middle.mind = mind.bridgeMind(middle, this.chance.branch(), bob, plan.supports100rel);
      else if (plan.middle === 'proxy') middle.mind = mind.proxyMind(middle, [bob]);
      else {
        const other = this.#party('david', '10.0.0.4');
        other.mind = mind.calleeMind(other, this.chance.branch(), plan);
        middle.mind = mind.proxyMind(middle, [bob, this.#uri('david', '10.0.0.4')]);
      }
    }
    const headers = plan.supports100rel ? ['Supported: 100rel, timer'] : ['Supported: timer'];
    if (plan.sessionExpires !== undefined)
      headers.push(`Session-Expires: ${String(plan.sessionExpires)}`, 'Allow: UPDATE');
    const call = a.invite(uri, headers);
    if (plan.breaks !== undefined) a.later(plan.breaks, () => this.network.breakConnections());
    // Where each repetition of an answer was lost, only whoever rings can end it: nobody lets it ring for ever.
    a.later(4 * minute, () => a.cancel(call));
    if (plan.cancels !== undefined) a.later(plan.cancels, () => a.cancel(call));
    for (const [party, { vanishes }] of [
      [a, plan.caller],
      [b, plan.callee],
    ] as const) {
      if (vanishes !== undefined) party.later(vanishes, () => party.vanish());
    }
  }

  #proxyAddress(): string | undefined {
    return this.plan.kind === 'call' && (this.plan.middle === 'proxy' || this.plan.middle === 'fork')
      ? '10.0.0.3'
      : undefined;
  }

  #party(name: string, address: string): Party {
    const engine = new SimulatedEngine(name, address, this.#clock, this.network, this.chance.branch());
    const party = new Party(name, engine, this.#clock, this.chance.branch());
    this.#engines.push(engine);
    this.parties.push(party);
    return party;
  }

  #uri(user: string, address: string): string {
    return `sip:${user}@${address}${this.plan.transport === 'tcp' ? ';transport=tcp' : ''}`;
  }

  /** Lets time pass until nothing is waited for, or so long. */
  #rest(most: number): void {
    const end = this.#clock.now() + most;
    while (this.#clock.pending > 0 && this.#clock.now() < end) this.#clock.advance(1000);
  }

  #disagreements(): string[] {
    const calls = this.parties.flatMap((party) => party.calls);
    return calls.flatMap((caller) => {
      if (caller.role === 'uas') return [];
      const callees = calls.filter(({ role, id }) => role === 'uas' && id === caller.id);
      return disagreement(caller, callees) ?? [];
    });
  }
}

function leftOver(engine: SimulatedEngine): string[] {
  const left = Object.entries(engine.leftOver()).map(
    ([what, count]) => `${engine.name}: ${String(count)} ${what} left`,
  );
  return [
    ...left,
    ...engine.faults.map(
      (fault) => `${engine.name}: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    ),
  ];
}
