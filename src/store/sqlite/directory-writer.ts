import Database from 'better-sqlite3';
import type { CompanyNumber, Device, Plan, Tenant, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { DirectoryChange } from '../port.ts';
import { directoryRules } from './directory-rules.ts';

/**
 * Writes a change, all of it or nothing. What would break a rule of the directory is
 * refused with a Fault BAD_REQUEST that names the object and the rule.
 */
export function directoryWriter(database: Database.Database): (change: DirectoryChange) => void {
  const put = objectWriters(database);
  const refuseBroken = directoryRules(database);
  // Two users may swap their extensions in one change: what they had is given up before either takes the other's.
  const vacateExtension = database.prepare<[string]>("UPDATE users SET extension = 'vacant ' || id WHERE id = ?");
  const vacateUsername = database.prepare<[string]>("UPDATE devices SET username = 'vacant ' || id WHERE id = ?");

  const write = database.transaction((change: DirectoryChange) => {
    change.users?.forEach(({ id }) => vacateExtension.run(id));
    change.devices?.forEach(({ id }) => vacateUsername.run(id));
    change.tenants?.forEach(put.tenant);
    change.plans?.forEach(put.plan);
    change.companyNumbers?.forEach(put.companyNumber);
    change.users?.forEach(put.user);
    change.devices?.forEach(put.device);
    refuseBroken(change);
  });
  return (change) => {
    write.immediate(change);
  };
}

function objectWriters(database: Database.Database) {
  // Each UPDATE holds for the same tenant only: an id that another tenant has is never taken over.
  const tenant = database.prepare(
    `INSERT INTO tenants (id, name, country, time_zone, language, location_number)
     VALUES (@id, @name, @country, @timeZone, @language, @locationNumber)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country, time_zone = excluded.time_zone,
       language = excluded.language, location_number = excluded.location_number`,
  );
  const plan = database.prepare(
    `INSERT INTO plans (id, tenant, name, prefix, outside_sees, steps)
     VALUES (@id, @tenant, @name, @prefix, @outsideSees, @steps)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, prefix = excluded.prefix,
       outside_sees = excluded.outside_sees, steps = excluded.steps
     WHERE tenant = excluded.tenant`,
  );
  const companyNumber = database.prepare(
    `INSERT INTO company_numbers (number, tenant, plan) VALUES (@number, @tenant, @plan)
     ON CONFLICT (number) DO UPDATE SET plan = excluded.plan WHERE tenant = excluded.tenant`,
  );
  const user = database.prepare(
    `INSERT INTO users (id, tenant, name, extension, role, ring_targets, personal_route, mobile_number, vamos_number,
       anonymous, presented_number, presentable_numbers, bookmarks)
     VALUES (@id, @tenant, @name, @extension, @role, @ringTargets, @personalRoute, @mobileNumber, @vamosNumber,
       @anonymous, @presentedNumber, @presentableNumbers, @bookmarks)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, extension = excluded.extension, role = excluded.role,
       ring_targets = excluded.ring_targets, personal_route = excluded.personal_route,
       mobile_number = excluded.mobile_number, vamos_number = excluded.vamos_number, anonymous = excluded.anonymous,
       presented_number = excluded.presented_number, presentable_numbers = excluded.presentable_numbers,
       bookmarks = excluded.bookmarks
     WHERE tenant = excluded.tenant`,
  );
  const device = database.prepare(
    `INSERT INTO devices (id, tenant, user, kind, username, realm, md5, sha256)
     VALUES (@id, @tenant, @user, @kind, @username, @realm, @md5, @sha256)
     ON CONFLICT (id) DO UPDATE SET user = excluded.user, kind = excluded.kind, username = excluded.username,
       realm = excluded.realm, md5 = excluded.md5, sha256 = excluded.sha256
     WHERE tenant = excluded.tenant`,
  );
  return {
    tenant: ({ id, name, country, timeZone, language, locationNumber }: Tenant) => {
      tenant.run({ id, name, country, timeZone, language, locationNumber: locationNumber ?? null });
    },
    plan: ({ id, tenant: owner, name, prefix, outsideSees, steps }: Plan) => {
      run(plan, `plan ${id}`, {
        id,
        tenant: owner,
        name,
        prefix: prefix ?? null,
        outsideSees,
        steps: JSON.stringify(steps),
      });
    },
    companyNumber: ({ number, tenant: owner, plan: answered }: CompanyNumber) => {
      run(companyNumber, `number ${number}`, { number, tenant: owner, plan: answered });
    },
    user: (one: User) => {
      const { id, tenant: owner, name, extension, role } = one;
      const { presentedNumber = null, mobileNumber = null, vamosNumber = null } = one;
      run(user, `user ${id}: extension ${extension}${vamosNumber === null ? '' : ` or SIM ${vamosNumber}`}`, {
        ...{ id, tenant: owner, name, extension, role, presentedNumber, mobileNumber, vamosNumber },
        anonymous: one.anonymous ? 1 : 0,
        ringTargets: JSON.stringify(one.ringTargets),
        personalRoute: JSON.stringify(one.personalRoute),
        presentableNumbers: JSON.stringify(one.presentableNumbers),
        bookmarks: JSON.stringify(one.bookmarks),
      });
    },
    device: ({ id, tenant: owner, user: of, kind, username, credentials }: Device) => {
      const { realm, md5, sha256 } = credentials;
      run(device, `device ${id}: username ${username}`, {
        id,
        tenant: owner,
        user: of,
        kind,
        username,
        realm,
        md5,
        sha256,
      });
    },
  };
}

function run(statement: Database.Statement, subject: string, row: Record<string, unknown>): void {
  let written: number;
  try {
    written = statement.run(row).changes;
  } catch (thrown) {
    if (!(thrown instanceof Database.SqliteError) || thrown.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw thrown;
    throw new Fault('BAD_REQUEST', `${subject} is in use already: choose another`, thrown);
  }
  if (written === 0) throw new Fault('BAD_REQUEST', `${subject} belongs to another tenant: choose another id`);
}
