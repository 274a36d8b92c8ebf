import type Database from 'better-sqlite3';
import type { Tenant, TenantId, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { DirectoryChange } from '../port.ts';
import type { DirectoryReader, Question } from './directory-reader.ts';
import { referencesOfDiversion, referencesOfPlan, referencesOfUser, type References } from './references.ts';

/**
 * Looks, at the end of a change and before it is committed, whether all that it refers to is
 * there and is the same tenant's. The foreign keys of the schema say nearly the same, but not
 * which object is at fault; and what routes and steps of plans name is beyond them. Of these only
 * what was not named before is looked at: who was named may have been removed since.
 * @returns to be called before the change is written; what that returns, after
 */
export function directoryRules(
  database: Database.Database,
  read: DirectoryReader,
): (change: DirectoryChange) => () => void {
  const exists = (question: string): ((...keys: string[]) => boolean) => {
    const statement = database.prepare<string[]>(question);
    return (...keys) => statement.get(...keys) !== undefined;
  };
  const tenantExists = exists('SELECT 1 FROM tenants WHERE id = ?');
  const userOf = exists('SELECT 1 FROM users WHERE id = ? AND tenant = ?');
  const planOf = exists('SELECT 1 FROM plans WHERE id = ? AND tenant = ?');
  const numberOf = exists('SELECT 1 FROM company_numbers WHERE number = ? AND tenant = ?');

  const checkTenant = ({ id, locationNumber }: Tenant): void => {
    if (locationNumber === undefined) return;
    const known = numberOf(locationNumber, id);
    demand(known, `tenant ${id}: location number ${locationNumber} is not one of its own: choose one that is`);
  };
  const checkNumbers = ({ id, tenant, presentedNumber, presentableNumbers }: User): void => {
    for (const number of presentableNumbers) {
      const known = numberOf(number, tenant);
      demand(known, `user ${id}: presentable number ${number} is not one of the tenant's own: choose one that is`);
    }
    if (presentedNumber === undefined) return;
    const allowed = presentableNumbers.includes(presentedNumber);
    demand(allowed, `user ${id}: presented number ${presentedNumber} is not one that the user may present`);
  };
  const checkReferences = ({ subject, tenant, before, after }: Named): void => {
    for (const user of after.users.filter((one) => !before.users.includes(one))) {
      demand(userOf(user, tenant), `${subject}: its tenant has no user ${user}: save that user first`);
    }
    for (const plan of after.plans.filter((one) => !before.plans.includes(one))) {
      demand(planOf(plan, tenant), `${subject}: its tenant has no plan ${plan}: save that plan first`);
    }
  };

  return (change) => {
    const { tenants = [], users = [], devices = [], plans = [], companyNumbers = [] } = change;
    const { diversions = [], trunks = [] } = change;
    const named = [
      ...users.map(naming('user', read.user, referencesOfUser)),
      ...plans.map(naming('plan', read.plan, referencesOfPlan)),
      ...diversions.map(naming('diversion', read.diversion, referencesOfDiversion)),
    ];
    for (const { id, position, on, until } of diversions) {
      demand(Number.isInteger(position), `diversion ${id}: its position is not a whole number`);
      demand(on || until === undefined, `diversion ${id}: it is off, so leave out until when it is on`);
    }
    return () => {
      for (const { tenant } of [...users, ...devices, ...plans, ...companyNumbers, ...diversions, ...trunks]) {
        const known = tenant === undefined || tenantExists(tenant);
        demand(known, `there is no tenant ${String(tenant)}: save it first, or in the same change`);
      }
      tenants.forEach(checkTenant);
      users.forEach(checkNumbers);
      for (const { id, tenant, user } of devices) {
        demand(userOf(user, tenant), `device ${id}: its tenant has no user ${user}: save that user first`);
      }
      for (const { number, tenant, plan } of companyNumbers) {
        demand(planOf(plan, tenant), `number ${number}: its tenant has no plan ${plan}: save that plan first`);
      }
      for (const { id, tenant, plan } of diversions) {
        demand(planOf(plan, tenant), `diversion ${id}: its tenant has no plan ${plan}: save that plan first`);
      }
      named.forEach(checkReferences);
    };
  };
}

interface Named {
  readonly subject: string;
  readonly tenant: TenantId;
  readonly before: References;
  readonly after: References;
}

function naming<Value extends { readonly id: string; readonly tenant: TenantId }>(
  kind: string,
  question: Question<Value>,
  references: (value: Value) => References,
): (value: Value) => Named {
  return (value) => {
    const stood = question.one(value.id);
    const before = stood === undefined ? { users: [], plans: [] } : references(stood);
    return { subject: `${kind} ${value.id}`, tenant: value.tenant, before, after: references(value) };
  };
}

/** @throws Fault BAD_REQUEST when the rule does not hold */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Fault('BAD_REQUEST', otherwise);
}
