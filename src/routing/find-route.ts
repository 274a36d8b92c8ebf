import type { Caller, Presentation, Target, UserCaller } from '../call/party.ts';
import type { RouteMove, RouteStep, StepOutcome, Whereabouts } from '../call/route-step.ts';
import type { NormaliseDialled } from '../directory/dialled.ts';
import type { CompanyNumber, E164, Plan, PlanId, Tenant, TenantId, User } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { plain, presentedToColleague, presentedToPlan, presentedToTrunk } from './identity.ts';
import type { RoutingLookups } from './port.ts';
import { findTargets } from './targets.ts';
import { arrived } from './whereabouts.ts';

export interface RoutingQuery {
  readonly caller: Caller;
  /** The user part of the request-URI, percent-decoded. */
  readonly dialled: string;
}

export interface RoutingSettings {
  /** How long a colleague's phones ring, in seconds. */
  readonly ringSeconds: number;
  /** How long a trunk may take to answer, in seconds. */
  readonly trunkRingSeconds: number;
  /** The country whose numbering a trunk's own numbers are read in, ISO 3166. */
  readonly trunkCountry: string;
}

export interface Routing {
  readonly lookups: RoutingLookups;
  readonly normalise: NormaliseDialled;
  readonly settings: RoutingSettings;
}

/** All that may be done with one call, step by step. */
export interface Route {
  readonly tenant: TenantId;
  readonly direction: RouteMove['direction'];
  readonly presentation: Presentation;
  readonly plan: PlanId | undefined;
  readonly steps: readonly { readonly targets: readonly Target[]; readonly seconds: number }[];
}

/** What is to be done with a call that stands there: the first step, or the one after the last. */
export async function nextMove(
  query: RoutingQuery,
  at: Whereabouts | undefined,
  _because: StepOutcome | undefined,
  routing: Routing,
): Promise<Result<RouteMove, Fault>> {
  const found = await findRoute(query, routing);
  if (!found.ok) return found;
  const { tenant, direction, presentation, plan, steps } = found.value;
  const next = at === undefined ? 0 : (at.plan?.step ?? 0) + 1;
  const stranger =
    query.caller.kind !== 'trunk' && query.caller.tenant === tenant
      ? undefined
      : { name: undefined, number: presentation.number };
  return ok({
    tenant,
    direction,
    step: moveOf(steps[next], presentation),
    at: {
      ...arrived({ tenant, direction, dialled: query.dialled, stranger }),
      plan: plan === undefined ? undefined : { id: plan, step: next, rung: [] },
    },
    notes: [],
  });
}

function moveOf(step: Route['steps'][number] | undefined, presentation: Presentation): RouteStep {
  if (step === undefined) return { do: 'give-up' };
  return {
    do: 'ring',
    targets: step.targets.map((target) => ({ target, presentation })),
    seconds: step.seconds,
    waiting: 'ringback',
  };
}

/**
 * Who was dialled, by whom, with which settings: whom to ring, how long, and what they see.
 * @returns NO_SUCH_NUMBER, NUMBER_INCOMPLETE, NOT_ALLOWED or NO_TRUNK when there is nobody to ring
 */
export async function findRoute(query: RoutingQuery, routing: Routing): Promise<Result<Route, Fault>> {
  return query.caller.kind === 'trunk'
    ? fromTrunk(query.caller, query.dialled, routing)
    : fromDevice(query.caller, query.dialled, routing);
}

type TrunkCaller = Extract<Caller, { kind: 'trunk' }>;

async function fromTrunk(caller: TrunkCaller, dialled: string, routing: Routing): Promise<Result<Route, Fault>> {
  // A trunk reaches company numbers and nothing else: it must not become a way to call out at our cost.
  const number =
    (await companyNumber(dialled, routing)) ??
    // Many carriers write international numbers without their plus.
    (/^\d{8,15}$/.test(dialled) ? await companyNumber(`+${dialled}`, routing) : undefined);
  if (number === undefined)
    return err(new Fault('NO_SUCH_NUMBER', `no company number ${dialled}; give it to a tenant first`));
  return toCompanyNumber(caller, number, 'inbound', routing);
}

async function companyNumber(dialled: string, routing: Routing): Promise<CompanyNumber | undefined> {
  const meaning = routing.normalise(dialled, routing.settings.trunkCountry);
  return meaning.kind === 'e164' ? routing.lookups.companyNumber(meaning.number) : undefined;
}

async function fromDevice(caller: UserCaller, dialled: string, routing: Routing): Promise<Result<Route, Fault>> {
  const tenant = await routing.lookups.tenant(caller.tenant);
  if (tenant === undefined) return err(new Fault('NOT_ALLOWED', `tenant ${caller.tenant} is gone`));
  const meaning = routing.normalise(dialled, tenant.country);
  switch (meaning.kind) {
    case 'invalid':
      return err(new Fault('NUMBER_INCOMPLETE', `"${dialled}" cannot be called: ${meaning.why}`));
    case 'extension': {
      const user = await routing.lookups.userByExtension(tenant.id, meaning.extension);
      if (user === undefined) return err(new Fault('NO_SUCH_NUMBER', `nobody has extension ${meaning.extension}`));
      return toColleague(caller, tenant, user, routing);
    }
    case 'e164': {
      const number = await routing.lookups.companyNumber(meaning.number);
      if (number?.tenant === tenant.id) return toCompanyNumber(caller, number, 'internal', routing);
      // Another tenant's number is the outside: it is reached as anybody reaches it, with the number that the outside sees.
      if (number !== undefined) return toNeighbour(caller, tenant, number, routing);
      return toOutside(caller, tenant, meaning.number, routing);
    }
    case 'short':
      return toOutside(caller, tenant, meaning.number, routing);
    default:
      return unreachable(meaning);
  }
}

async function toColleague(
  caller: UserCaller,
  tenant: Tenant,
  user: User,
  routing: Routing,
): Promise<Result<Route, Fault>> {
  const targets = await findTargets([user], routing.lookups, caller.kind === 'device' ? caller.device : undefined);
  return ok({
    tenant: tenant.id,
    direction: 'internal',
    presentation: presentedToColleague(caller),
    plan: undefined,
    steps: [{ targets, seconds: routing.settings.ringSeconds }],
  });
}

async function toCompanyNumber(
  caller: Caller,
  number: CompanyNumber,
  direction: 'internal' | 'inbound',
  routing: Routing,
  shown?: Presentation,
): Promise<Result<Route, Fault>> {
  const plan = await routing.lookups.plan(number.plan);
  if (plan === undefined) return err(new Fault('NO_SUCH_NUMBER', `${number.number} has no plan; give it one`));
  return ok({
    tenant: number.tenant,
    direction,
    presentation: presentedToPlan(plan, shown ?? inboundIdentity(caller)),
    plan: plan.id,
    steps: await planSteps(plan, routing.lookups, caller),
  });
}

function inboundIdentity(caller: Caller): Presentation {
  return caller.kind === 'trunk'
    ? { ...plain, display: caller.name, number: caller.number }
    : presentedToColleague(caller);
}

async function planSteps(plan: Plan, lookups: RoutingLookups, caller: Caller): Promise<Route['steps']> {
  const calling = caller.kind === 'device' ? caller.device : undefined;
  return Promise.all(
    plan.steps.flatMap(async (step): Promise<Route['steps'][number]> => {
      if (step.do !== 'ring') return { targets: [], seconds: 1 };
      const members = step.who.flatMap((member) => (member.kind === 'user' ? [member.user] : []));
      const users = await Promise.all(members.map((id) => lookups.user(id)));
      // A user who was deleted since leaves the others of the step ringing.
      const present = users.filter((user) => user !== undefined);
      return { targets: await findTargets(present, lookups, calling), seconds: step.seconds };
    }),
  );
}

async function toNeighbour(
  caller: UserCaller,
  tenant: Tenant,
  number: CompanyNumber,
  routing: Routing,
): Promise<Result<Route, Fault>> {
  const outward = await outwardNumber(caller, tenant, routing);
  return toCompanyNumber(caller, number, 'inbound', routing, { ...plain, display: undefined, number: outward });
}

async function toOutside(
  caller: UserCaller,
  tenant: Tenant,
  number: string,
  routing: Routing,
): Promise<Result<Route, Fault>> {
  const [trunk] = routing.lookups.trunks();
  if (trunk === undefined)
    return err(new Fault('NO_TRUNK', `no trunk to call ${number} through; add one to trunks in the configuration`));
  return ok({
    tenant: tenant.id,
    direction: 'outbound',
    presentation: presentedToTrunk(await outwardNumber(caller, tenant, routing)),
    plan: undefined,
    steps: [
      {
        targets: [{ kind: 'trunk', trunk, number, otherwise: [], user: undefined }],
        seconds: routing.settings.trunkRingSeconds,
      },
    ],
  });
}

/** The number that the outside sees: the user's choice, else the tenant's first; never one that a phone claims. */
async function outwardNumber(caller: UserCaller, tenant: Tenant, routing: Routing): Promise<E164 | undefined> {
  const user = await routing.lookups.user(caller.user);
  const owned = await routing.lookups.companyNumbers(tenant.id);
  const chosen = owned.find(({ number }) => number === user?.presentedNumber);
  return (chosen ?? owned[0])?.number;
}
