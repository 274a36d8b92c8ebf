import type Database from 'better-sqlite3';
import type { CompanyNumber, Device, Diversion, Plan, Tenant, Trunk, User } from '../../directory/types.ts';
import { demand } from './directory-rules.ts';
import type { Memory } from './memory.ts';

export type Removal = ReturnType<typeof removal>;

/**
 * Removes one object and what cannot be without it, within a transaction of whoever asks.
 * What something still needs is kept: a Fault BAD_REQUEST says by what.
 */
export function removal(database: Database.Database, memory: Memory) {
  const statement = (sql: string): Database.Statement<string[]> => database.prepare<string[]>(sql);
  const name = (sql: string): Database.Statement<string[], string> => database.prepare<string[], string>(sql).pluck();

  const rests = {
    users: name('SELECT id FROM users WHERE tenant = ? LIMIT 1'),
    plans: name('SELECT id FROM plans WHERE tenant = ? LIMIT 1'),
    trunks: name('SELECT id FROM trunks WHERE tenant = ? LIMIT 1'),
  };
  const tenant = statement('DELETE FROM tenants WHERE id = ?');

  const bindingsOfUser = statement('DELETE FROM bindings WHERE device IN (SELECT id FROM devices WHERE user = ?)');
  const devicesOfUser = name('DELETE FROM devices WHERE user = ? RETURNING id');
  // Account, sessions and verification go with the user: the schema says so.
  const user = statement('DELETE FROM users WHERE id = ?');

  const bindings = statement('DELETE FROM bindings WHERE device = ?');
  const device = statement('DELETE FROM devices WHERE id = ?');

  const presenter = name(
    `SELECT id FROM users WHERE tenant = ? AND EXISTS (SELECT 1 FROM json_each(presentable_numbers) WHERE value = ?)
     ORDER BY extension LIMIT 1`,
  );
  const locatedAt = name('SELECT id FROM tenants WHERE id = ? AND location_number = ?');
  const number = statement('DELETE FROM company_numbers WHERE number = ?');

  const numberOfPlan = name('SELECT number FROM company_numbers WHERE plan = ? ORDER BY number LIMIT 1');
  const diversionsOfPlan = name('SELECT id FROM diversions WHERE plan = ?');
  // Its diversions go with it: the schema says so.
  const plan = statement('DELETE FROM plans WHERE id = ?');

  const diversion = statement('DELETE FROM diversions WHERE id = ?');
  const trunk = statement('DELETE FROM trunks WHERE id = ?');

  return {
    tenant: ({ id }: Tenant) => {
      for (const [kind, question] of Object.entries(rests)) {
        const rest = question.get(id);
        demand(rest === undefined, `tenant ${id} still has ${kind}, such as ${String(rest)}: remove these first`);
      }
      tenant.run(id);
      memory.wrote('tenants', id);
    },
    user: ({ id }: User) => {
      bindingsOfUser.run(id);
      for (const gone of devicesOfUser.all(id)) {
        memory.wrote('devices', gone, id);
        memory.wrote('bindings', gone);
      }
      user.run(id);
      memory.wrote('users', id);
    },
    device: ({ id, user: owner }: Device) => {
      bindings.run(id);
      device.run(id);
      memory.wrote('devices', id, owner);
      memory.wrote('bindings', id);
    },
    companyNumber: (one: CompanyNumber) => {
      const by = presenter.get(one.tenant, one.number);
      const advice = 'take it from the presentable numbers first';
      demand(by === undefined, `number ${one.number} is one that user ${String(by)} may present: ${advice}`);
      const located = locatedAt.get(one.tenant, one.number) !== undefined;
      demand(!located, `number ${one.number} is the tenant's location number: choose another for that first`);
      number.run(one.number);
      memory.wrote('company_numbers', one.number);
    },
    plan: ({ id }: Plan) => {
      const by = numberOfPlan.get(id);
      demand(by === undefined, `plan ${id} answers number ${String(by)}: give that number another plan first`);
      for (const gone of diversionsOfPlan.all(id)) memory.wrote('diversions', gone, id);
      plan.run(id);
      memory.wrote('plans', id);
    },
    diversion: ({ id, plan: owner }: Diversion) => {
      diversion.run(id);
      memory.wrote('diversions', id, owner);
    },
    trunk: ({ id }: Trunk) => {
      trunk.run(id);
      memory.wrote('trunks', id);
    },
  };
}
