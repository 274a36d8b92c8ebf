import type Database from 'better-sqlite3';
import { Fault } from '../../faults/fault.ts';
import type { PlanStep } from '../../directory/plan-step.ts';
import type { UserId } from '../../directory/types.ts';
import type { DirectoryChange } from '../port.ts';

/**
 * Looks, at the end of a change and before it is committed, whether all that it refers to is
 * there and is the same tenant's. The foreign keys of the schema say nearly the same, but not
 * which object is at fault; and the users in a plan's steps are beyond them.
 */
export function directoryRules(database: Database.Database): (change: DirectoryChange) => void {
  const tenantExists = exists(database, 'SELECT 1 FROM tenants WHERE id = ?');
  const userOf = exists(database, 'SELECT 1 FROM users WHERE id = ? AND tenant = ?');
  const planOf = exists(database, 'SELECT 1 FROM plans WHERE id = ? AND tenant = ?');
  const numberOf = exists(database, 'SELECT 1 FROM company_numbers WHERE number = ? AND tenant = ?');

  return ({ users = [], devices = [], plans = [], companyNumbers = [] }) => {
    for (const { tenant } of [...users, ...devices, ...plans, ...companyNumbers]) {
      demand(tenantExists(tenant), `there is no tenant ${tenant}: save it first, or in the same change`);
    }
    for (const { id, tenant, presentedNumber } of users) {
      if (presentedNumber === undefined) continue;
      const known = numberOf(presentedNumber, tenant);
      demand(
        known,
        `user ${id}: presented number ${presentedNumber} is not one of the tenant's own: choose one that is`,
      );
    }
    for (const { id, tenant, user } of devices) {
      demand(userOf(user, tenant), `device ${id}: its tenant has no user ${user}: save that user first`);
    }
    for (const { number, tenant, plan } of companyNumbers) {
      demand(planOf(plan, tenant), `number ${number}: its tenant has no plan ${plan}: save that plan first`);
    }
    for (const { id, tenant, steps } of plans) {
      for (const user of steps.flatMap(usersOf)) {
        demand(userOf(user, tenant), `plan ${id}: its tenant has no user ${user}: save that user first`);
      }
    }
  };
}

function usersOf(step: PlanStep): readonly UserId[] {
  return step.do === 'ring' ? step.who.flatMap((member) => (member.kind === 'user' ? [member.user] : [])) : [];
}

function exists(database: Database.Database, question: string): (...keys: string[]) => boolean {
  const statement = database.prepare<string[]>(question);
  return (...keys) => statement.get(...keys) !== undefined;
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Fault('BAD_REQUEST', otherwise);
}
