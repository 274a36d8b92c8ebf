import type { Clock } from '../../kernel/clock.ts';
import type { ClientAction, ClientEvent } from './actions.ts';
import { type InviteClientState, startInviteClient, stepInviteClient } from './invite-client.ts';
import { type NonInviteClientState, startNonInviteClient, stepNonInviteClient } from './non-invite-client.ts';
import { RunningTimers, type TimerCount } from './running-timers.ts';
import type { TimerTable } from './timers.ts';

/** What a client transaction asks of the layers around it; `Response` is theirs, only its status is looked at. */
export interface ClientWork<Response> {
  /** Puts the request on the wire. */
  send(again: boolean): void;
  /** Sends the ACK for that final response other than 2xx. */
  acknowledge(response: Response): void;
  deliver(response: Response): void;
  report(problem: 'timeout' | 'transport'): void;
  ended(): void;
}

type Machine =
  { readonly kind: 'invite'; state: InviteClientState } | { readonly kind: 'non-invite'; state: NonInviteClientState };

/** One client machine with its timers. */
export class ClientTransaction<Response extends { readonly status: number }> {
  readonly #timers: RunningTimers;
  readonly #machine: Machine;
  #first: readonly ClientAction[];
  #sent = false;

  constructor(
    readonly kind: 'invite' | 'non-invite',
    private readonly table: TimerTable,
    clock: Clock,
    count: TimerCount,
    private readonly work: ClientWork<Response>,
    private readonly forget: () => void,
  ) {
    this.#timers = new RunningTimers(clock, count, (timer) => {
      this.#take({ type: 'timer', timer });
    });
    if (kind === 'invite') {
      const [state, actions] = startInviteClient(table);
      this.#machine = { kind, state };
      this.#first = actions;
    } else {
      const [state, actions] = startNonInviteClient(table);
      this.#machine = { kind, state };
      this.#first = actions;
    }
  }

  get phase(): InviteClientState['phase'] | NonInviteClientState['phase'] {
    return this.#machine.state.phase;
  }

  start(): void {
    for (const action of this.#first) this.#do(action, undefined);
    this.#first = [];
  }

  receive(response: Response): void {
    this.#take({ type: 'response', status: response.status }, response);
  }

  transportFailed(): void {
    this.#take({ type: 'transport-failed' });
  }

  /** Forgets everything at once, and tells nobody. */
  abandon(): void {
    this.#timers.clear();
    this.#machine.state = { phase: 'terminated' };
    this.forget();
  }

  #take(event: ClientEvent, response?: Response): void {
    for (const action of this.#step(event)) this.#do(action, response);
  }

  #step(event: ClientEvent): readonly ClientAction[] {
    const machine = this.#machine;
    if (machine.kind === 'invite') {
      const [state, actions] = stepInviteClient(machine.state, event, this.table);
      machine.state = state;
      return actions;
    }
    const [state, actions] = stepNonInviteClient(machine.state, event, this.table);
    machine.state = state;
    return actions;
  }

  #do(action: ClientAction, response: Response | undefined): void {
    switch (action.do) {
      case 'arm':
        // A user that was just told may have ended it all.
        if (this.phase !== 'terminated') this.#timers.arm(action.timer, action.ms);
        return;
      case 'disarm':
        this.#timers.disarm(action.timer);
        return;
      case 'send-request':
        this.work.send(this.#sent);
        this.#sent = true;
        return;
      case 'send-ack':
        if (response !== undefined) this.work.acknowledge(response);
        return;
      case 'deliver':
        if (response !== undefined) this.work.deliver(response);
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
