import type { Whereabouts } from '../call/route-step.ts';
import type { PlanStep, RingMember } from '../directory/plan-step.ts';
import { contributions } from './group.ts';
import type { Member } from './port.ts';
import type { Walk } from './routing.ts';
import { moved, type Turn } from './turn.ts';
import { away } from './whereabouts.ts';

type RingStep = Extract<PlanStep, { do: 'ring' }>;

/** Rings who is to be rung now; undefined: nobody is, or nobody is left. */
export async function ringStep(walk: Walk, here: Whereabouts, step: RingStep): Promise<Turn | undefined> {
  const members = await walk.lookups.membersOf(here.tenant, step.who);
  noteMissing(walk, here, step.who, members);
  const [first, ...others] = members;
  if (first === undefined) return undefined;
  const rung = new Set(here.plan?.rung);
  const { seconds, waiting } = step;
  if (others.length === 0) {
    if (rung.has(first.user.id)) return undefined;
    const resume = away(passing(here, first));
    return {
      is: 'at',
      place: { is: 'user', user: first.user },
      here,
      by: undefined,
      resume,
      ringing: { seconds, waiting },
    };
  }
  if (step.order === 'together') {
    const targets = await contributions(walk, here, members);
    return targets.length === 0 ? undefined : moved(here, { do: 'ring', targets, seconds, waiting });
  }
  const turns = members.filter(({ user }) => !rung.has(user.id));
  for (const member of step.order === 'longest-idle' ? longestIdle(walk, turns) : turns) {
    const targets = await contributions(walk, here, [member]);
    if (targets.length > 0) return moved(passing(here, member), { do: 'ring', targets, seconds, waiting });
  }
  return undefined;
}

/** The call when this member has had their turn. */
function passing(here: Whereabouts, { user }: Member): Whereabouts {
  return here.plan === undefined ? here : { ...here, plan: { ...here.plan, rung: [...here.plan.rung, user.id] } };
}

/** Who has been off the telephone for longest comes first, and before them who was not seen on it at all. */
function longestIdle({ lookups }: Walk, members: readonly Member[]): readonly Member[] {
  return members
    .map((member) => ({ member, ...lookups.activity(member.user.id) }))
    .filter(({ busy }) => !busy)
    .sort((one, other) => (one.idleSince ?? -Infinity) - (other.idleSince ?? -Infinity) || 0)
    .map(({ member }) => member);
}

function noteMissing(walk: Walk, here: Whereabouts, who: readonly RingMember[], members: readonly Member[]): void {
  if (members.length >= who.length) return;
  const isThere = (one: RingMember): boolean =>
    members.some(({ user }) => (one.kind === 'user' ? user.id === one.user : user.extension === one.extension));
  for (const one of who)
    if (!isThere(one))
      walk.note(
        `plan ${here.plan?.id ?? ''} rings ${one.kind} ${one.kind === 'user' ? one.user : one.extension}, who is gone; take them out`,
      );
}
