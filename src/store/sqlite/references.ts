import type { Destination } from '../../directory/destination.ts';
import type { PlanStep } from '../../directory/plan-step.ts';
import type { Diversion, Plan, PlanId, User, UserId } from '../../directory/types.ts';

/** What an object names that is to be of the same tenant, beside what the columns of the schema refer to. */
export interface References {
  readonly users: readonly UserId[];
  readonly plans: readonly PlanId[];
}

const none: References = { users: [], plans: [] };

export function referencesOfUser({ personalRoute, bookmarks }: User): References {
  const { users, plans } = personalRoute.is === 'divert' ? referencesOf(personalRoute.to) : none;
  return { users, plans: [...plans, ...bookmarks] };
}

export function referencesOfPlan({ steps }: Plan): References {
  const all = steps.map(referencesOfStep);
  return { users: all.flatMap(({ users }) => users), plans: all.flatMap(({ plans }) => plans) };
}

export function referencesOfDiversion({ to }: Diversion): References {
  return referencesOf(to);
}

function referencesOfStep(step: PlanStep): References {
  switch (step.do) {
    case 'ring':
      return { users: step.who.flatMap((member) => (member.kind === 'user' ? [member.user] : [])), plans: [] };
    case 'menu': {
      const destinations = [...Object.values(step.keys), ...(step.otherwise === undefined ? [] : [step.otherwise])];
      const all = destinations.map(referencesOf);
      return { users: all.flatMap(({ users }) => users), plans: all.flatMap(({ plans }) => plans) };
    }
    case 'hours':
      return referencesOf(step.closed);
    case 'divert':
      return referencesOf(step.to);
    case 'voicemail':
      return { users: [step.user], plans: [] };
    case 'announce':
    case 'hang-up':
      return none;
  }
}

/** A number is an outside one, whosever it is: it is called as anybody would. */
function referencesOf(to: Destination): References {
  switch (to.kind) {
    case 'user':
    case 'mobile':
    case 'voicemail':
      return { users: [to.user], plans: [] };
    case 'plan':
      return { users: [], plans: [to.plan] };
    case 'number':
    case 'hang-up':
      return none;
  }
}
