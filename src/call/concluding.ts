import { catalogue, type FaultCode } from '../faults/catalogue.ts';
import type { SoundName } from '../directory/plan-step.ts';
import { outcomeOfFault, refuse } from './ending.ts';
import { reasonOf } from './reason.ts';
import type { Ending, Live } from './state.ts';
import type { CallPolicy, Step } from './step.ts';

/** Our last words take no longer, unless the caller has put us on hold. */
const partingMs = 60_000;

/** Nothing is left to try. A caller that was attended is told so, another gets the ending's status. */
export function conclude(live: Live, ending: Ending, policy: CallPolicy): Step {
  if (live.caller !== 'attended' || live.at === undefined) return refuse(live, ending, policy);
  const turn = live.turn + 1;
  const { tenant } = live.at;
  return [
    { phase: 'parting', live: { ...live, turn }, ending, reason: reasonOf(ending.fault) },
    [
      { do: 'play', turn, sounds: [{ is: 'spoken', name: lastWords(ending.fault), tenant }], repeat: false },
      { do: 'arm', timer: 'patience', milliseconds: partingMs },
    ],
  ];
}

export function concludeByFault(
  live: Live,
  fault: FaultCode,
  policy: CallPolicy,
  outcome: Ending['outcome'] = outcomeOfFault(fault),
): Step {
  return conclude(live, { outcome, endedBy: 'us', status: catalogue[fault].sip, fault }, policy);
}

function lastWords(fault: FaultCode | undefined): SoundName {
  switch (fault) {
    case 'CALLEE_BUSY':
    case 'CALLEE_DECLINED':
    case 'NO_ANSWER':
      return 'nobody-available';
    case 'NO_SUCH_NUMBER':
    case 'NUMBER_INCOMPLETE':
      return 'number-not-in-use';
    default:
      return 'cannot-be-reached';
  }
}
