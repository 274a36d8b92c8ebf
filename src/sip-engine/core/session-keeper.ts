import {
  noSession,
  type Session,
  type SessionAction,
  type SessionEvent,
  type SessionTimer,
  stepSession,
} from '../dialog/session-timer.ts';
import { hangUp } from './hang-up.ts';
import type { KeptSession, LiveDialog } from './live-dialog.ts';
import { type RefreshOutcome, SessionRefresh } from './session-refresh.ts';
import { after, type Surroundings } from './surroundings.ts';

/** Runs the session timer of one dialog (RFC 4028): our refreshes, and the end of a session that nobody refreshed. */
export class SessionKeeper implements KeptSession {
  #state: SessionTimer = noSession;
  #timer: { cancel(): void } | undefined;
  #stopped = false;
  readonly #refresh: SessionRefresh;

  constructor(
    private readonly around: Surroundings,
    private readonly live: LiveDialog,
  ) {
    this.#refresh = new SessionRefresh(around, live, (outcome) => {
      this.#learn(outcome);
    });
  }

  get running(): Session | undefined {
    return this.#state.phase === 'off' ? undefined : this.#state.session;
  }

  get said(): SessionRefresh['said'] {
    return this.#refresh.said;
  }

  agreed(session: Session | undefined): void {
    this.#take({ type: 'agreed', session });
  }

  heard(): void {
    this.#take({ type: 'heard' });
  }

  holds(run: () => void): boolean {
    return this.#refresh.holds(run);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#state = noSession;
    this.#refresh.stop();
  }

  #learn(outcome: RefreshOutcome): void {
    if (outcome.type !== 'interval-too-small') this.#take(outcome);
    else if (outcome.seconds <= (this.running?.seconds ?? 0)) this.#take({ type: 'failed' });
    else this.#take({ type: 'put-off', ms: 0, seconds: outcome.seconds });
  }

  #take(event: SessionEvent): void {
    if (this.#stopped) return;
    const [state, actions] = stepSession(this.#state, event, this.around.clock.now());
    this.#state = state;
    for (const action of actions) this.#do(action);
  }

  #do(action: SessionAction): void {
    switch (action.do) {
      case 'arm':
        this.#timer?.cancel();
        this.#timer = after(this.around, action.ms, () => {
          this.#take({ type: 'due' });
        });
        return;
      case 'disarm':
        this.#timer?.cancel();
        return;
      case 'refresh':
        this.#refresh.send(action.seconds);
        return;
      case 'end':
        hangUp(this.around, this.live, 'Session timer expired', 'application');
    }
  }
}
