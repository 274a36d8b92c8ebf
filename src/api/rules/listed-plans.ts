import type { CompanyNumber, Plan, PlanId } from '../../directory/types.ts';

export interface ListedPlan {
  readonly id: PlanId;
  readonly name: string;
  readonly numbers: readonly string[];
  readonly bookmarked: boolean;
}

export function listedPlans(
  plans: readonly Plan[],
  numbers: readonly CompanyNumber[],
  bookmarks: readonly PlanId[],
): readonly ListedPlan[] {
  const starred = new Set(bookmarks);
  const byPlan = new Map<PlanId, string[]>();
  for (const { plan, number } of numbers) byPlan.set(plan, [...(byPlan.get(plan) ?? []), number]);
  return plans.map(({ id, name }) => ({ id, name, numbers: byPlan.get(id) ?? [], bookmarked: starred.has(id) }));
}

/** Bookmarked plans first, then by name. */
export function listingKey({ bookmarked, name, id }: ListedPlan): readonly string[] {
  return [bookmarked ? '0' : '1', name.toLowerCase(), id];
}
