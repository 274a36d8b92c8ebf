import type { Clock } from '../../kernel/clock.ts';
import type { ServerAction, ServerEvent } from './actions.ts';
import { type InviteServerState, newInviteServer, stepInviteServer } from './invite-server.ts';
import { newNonInviteServer, type NonInviteServerState, stepNonInviteServer } from './non-invite-server.ts';
import { RunningTimers, type TimerCount } from './running-timers.ts';
import type { TimerTable } from './timers.ts';

/** What a server transaction asks of the layers around it. */
export interface ServerWork<Ack> {
  send(bytes: Uint8Array, again: boolean): void;
  /** An ACK that came while the 2xx is awaited one, under the INVITE's own branch. */
  acknowledged(ack: Ack): void;
  report(problem: 'timeout' | 'transport'): void;
  ended(): void;
}

type Machine =
  { readonly kind: 'invite'; state: InviteServerState } | { readonly kind: 'non-invite'; state: NonInviteServerState };

/** One server machine with its timers and the response that it repeats. */
export class ServerTransaction<Ack> {
  readonly #timers: RunningTimers;
  readonly #machine: Machine;
  #last: Uint8Array | undefined;

  constructor(
    readonly kind: 'invite' | 'non-invite',
    private readonly table: TimerTable,
    clock: Clock,
    count: TimerCount,
    private readonly work: ServerWork<Ack>,
    private readonly forget: () => void,
  ) {
    this.#timers = new RunningTimers(clock, count, (timer) => {
      this.#take({ type: 'timer', timer });
    });
    this.#machine = kind === 'invite' ? { kind, state: newInviteServer } : { kind, state: newNonInviteServer };
  }

  get phase(): InviteServerState['phase'] | NonInviteServerState['phase'] {
    return this.#machine.state.phase;
  }

  /** Whether a final response was given. */
  get answered(): boolean {
    return this.phase !== 'trying' && this.phase !== 'proceeding';
  }

  /** The response sent last. */
  get last(): Uint8Array | undefined {
    return this.#last;
  }

  /** The request came again. */
  repeat(): void {
    this.#take({ type: 'request' });
  }

  acknowledge(ack: Ack): void {
    this.#take({ type: 'ack' }, ack);
  }

  respond(status: number, bytes: Uint8Array): void {
    this.#take({ type: 'respond', status }, undefined, bytes);
  }

  transportFailed(): void {
    this.#take({ type: 'transport-failed' });
  }

  /** Forgets everything at once, and tells nobody. */
  abandon(): void {
    this.#timers.clear();
    this.#machine.state = { phase: 'terminated' };
  }

  #take(event: ServerEvent, ack?: Ack, bytes?: Uint8Array): void {
    for (const action of this.#step(event)) this.#do(action, ack, bytes);
  }

  #step(event: ServerEvent): readonly ServerAction[] {
    const machine = this.#machine;
    if (machine.kind === 'invite') {
      const [state, actions] = stepInviteServer(machine.state, event, this.table);
      machine.state = state;
      return actions;
    }
    const [state, actions] = stepNonInviteServer(machine.state, event, this.table);
    machine.state = state;
    return actions;
  }

  #do(action: ServerAction, ack: Ack | undefined, bytes: Uint8Array | undefined): void {
    switch (action.do) {
      case 'arm':
        if (this.phase !== 'terminated') this.#timers.arm(action.timer, action.ms);
        return;
      case 'disarm':
        this.#timers.disarm(action.timer);
        return;
      case 'send-response':
        this.#last = bytes;
        if (bytes !== undefined) this.work.send(bytes, false);
        return;
      case 'repeat-response':
        if (this.#last !== undefined) this.work.send(this.#last, true);
        return;
      case 'deliver-ack':
        if (ack !== undefined) this.work.acknowledged(ack);
        return;
      case 'report':
        this.work.report(action.problem);
        return;
      case 'end':
        this.#timers.clear();
        this.forget();
        this.work.ended();
    }
  }
}
