import type { MenuKey } from '../../directory/plan-step.ts';
import type { TenantId } from '../../directory/types.ts';
import { ask } from '../asking.ts';
import type { Effect, Sound } from '../effect.ts';
import type { CallEvent } from '../event.ts';
import type { Live, StepThat } from '../state.ts';
import { type CallPolicy, type In, type Step, withFirst } from '../step.ts';
import { anyPhase } from './any.ts';

/** Who knows the menu has pressed a key already. */
export function startMenu(live: Live, step: StepThat<'menu'>, tenant: TenantId, policy: CallPolicy): Step {
  const [first, ...typed] = live.typed;
  if (first !== undefined && step.keys.includes(first))
    return ask({ ...live, typed }, { is: 'key', key: first }, policy);
  return sound({ ...live, typed: [] }, step, tenant, 1, []);
}

/** A menu: its sound, then some time for a key; both again, as often as it says. */
export function menu(state: In<'menu'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'key':
      return pressed(state, event.key, policy);
    case 'played':
    case 'not-played':
      if (event.turn !== state.live.turn || !state.sounding) return [state, []];
      return [
        { ...state, sounding: false },
        [{ do: 'arm', timer: 'patience', milliseconds: state.step.timeoutSeconds * 1000 }],
      ];
    case 'timer':
      if (event.timer !== 'patience' || state.sounding) return anyPhase(state, event, policy);
      return again(state, [], policy);
    default:
      return anyPhase(state, event, policy);
  }
}

function pressed(state: In<'menu'>, key: MenuKey, policy: CallPolicy): Step {
  const quiet: readonly Effect[] = state.sounding ? [{ do: 'silence' }] : [{ do: 'disarm', timer: 'patience' }];
  if (state.step.keys.includes(key)) return withFirst(quiet, ask(state.live, { is: 'key', key }, policy));
  return withFirst(quiet, again(state, [{ is: 'spoken', name: 'not-understood', tenant: state.tenant }], policy));
}

/** No key of the menu came. @param before what is said before its sound is heard again */
function again({ live, step, tenant, times }: In<'menu'>, before: readonly Sound[], policy: CallPolicy): Step {
  if (times > step.retries) return ask(live, { is: 'no-key' }, policy);
  return sound(live, step, tenant, times + 1, before);
}

function sound(live: Live, step: StepThat<'menu'>, tenant: TenantId, times: number, before: readonly Sound[]): Step {
  const turn = live.turn + 1;
  const sounds: readonly Sound[] = [...before, { is: 'spoken', name: step.sound, tenant: tenant }];
  return [
    { phase: 'menu', live: { ...live, turn }, step, tenant, times, sounding: true },
    [{ do: 'play', turn, sounds, repeat: false }],
  ];
}
