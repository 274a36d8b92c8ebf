import type { SoundName } from '../../directory/plan-step.ts';
import type { TenantId } from '../../directory/types.ts';
import { ask } from '../asking.ts';
import type { CallEvent } from '../event.ts';
import type { Live } from '../state.ts';
import type { CallPolicy, In, Step } from '../step.ts';
import { anyPhase } from './any.ts';

export function announce(live: Live, name: SoundName, tenant: TenantId): Step {
  const turn = live.turn + 1;
  return [
    { phase: 'announcing', live: { ...live, turn } },
    [{ do: 'play', turn, sounds: [{ is: 'spoken', name, tenant }], repeat: false }],
  ];
}

/** An announcement is heard to its end. */
export function announcing(state: In<'announcing'>, event: CallEvent, policy: CallPolicy): Step {
  const { live } = state;
  switch (event.type) {
    case 'played':
      return event.turn === live.turn ? ask(live, { is: 'played' }, policy) : [state, []];
    case 'not-played':
      if (event.turn !== live.turn) return [state, []];
      return ask(live, { is: 'not-possible', fault: event.fault }, policy);
    default:
      return anyPhase(state, event, policy);
  }
}
