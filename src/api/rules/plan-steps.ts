import type { Static } from 'typebox';
import type { Destination } from '../../directory/destination.ts';
import { isExtension, userId } from '../../directory/names.ts';
import type { OpeningHours } from '../../directory/opening-hours.ts';
import { menuKeys, type PlanStep, type RingMember } from '../../directory/plan-step.ts';
import { Fault } from '../../faults/fault.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import type { planStep } from '../schema/plan.ts';
import { readDestination } from './destination.ts';

type Wire = Static<(typeof planStep)['schema']>;
type Ring = Extract<Wire, { do: 'ring' }>;
type Menu = Extract<Wire, { do: 'menu' }>;

/** @throws Fault NOT_POSSIBLE */
export function readStep(wire: Wire, country: string): PlanStep {
  switch (wire.do) {
    case 'ring':
      return { ...wire, who: wire.who.map(readMember) };
    case 'announce':
    case 'hang-up':
      return wire;
    case 'menu':
      return readMenu(wire, country);
    case 'hours':
      demandOrder(wire.hours);
      return { do: 'hours', hours: wire.hours, closed: readDestination(wire.closed, country) };
    case 'divert':
      return { do: 'divert', to: readDestination(wire.to, country) };
    case 'voicemail':
      return { do: 'voicemail', user: userId(wire.user) };
    default:
      return unreachable(wire);
  }
}

/** Everywhere that a step may send a caller on to. */
export function destinationsOf(step: PlanStep): readonly Destination[] {
  switch (step.do) {
    case 'ring':
      return step.who.flatMap((member) => (member.kind === 'user' ? [{ kind: 'user', user: member.user }] : []));
    case 'menu':
      return [...Object.values(step.keys), ...(step.otherwise === undefined ? [] : [step.otherwise])];
    case 'hours':
      return [step.closed];
    case 'divert':
      return [step.to];
    case 'voicemail':
      return [{ kind: 'voicemail', user: step.user }];
    default:
      return [];
  }
}

function readMember(member: Ring['who'][number]): RingMember {
  if (member.kind === 'user') return { kind: 'user', user: userId(member.user) };
  if (!isExtension(member.extension)) throw new Fault('NOT_POSSIBLE', `${member.extension} is not an extension`);
  return { kind: 'extension', extension: member.extension };
}

function readMenu({ sound, keys, retries, timeoutSeconds, otherwise }: Menu, country: string): PlanStep {
  const entries = menuKeys.flatMap((key) => {
    const to = keys[key];
    return to === undefined ? [] : [[key, readDestination(to, country)] as const];
  });
  return {
    ...{ do: 'menu', sound, retries, timeoutSeconds, keys: Object.fromEntries(entries) },
    otherwise: otherwise === undefined ? undefined : readDestination(otherwise, country),
  };
}

function demandOrder({ week }: OpeningHours): void {
  for (const { from, to } of week) {
    // Of the same form, so texts sort as times do.
    if (from < to) continue;
    throw new Fault(
      'NOT_POSSIBLE',
      `opening hours end after they begin, and ${from} to ${to} do not: split what passes midnight`,
    );
  }
}
