import Database from 'better-sqlite3';
import type { CompanyNumber, Device, Diversion, Plan, Tenant, Trunk, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';

/**
 * Writes one object into its table. An id, number, extension or username that cannot be taken is refused with a Fault
 * BAD_REQUEST; what it refers to is looked at by `directoryRules`.
 */
export function objectWriters(database: Database.Database) {
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
  const diversion = database.prepare(
    `INSERT INTO diversions (id, tenant, plan, name, grp, position, destination, is_on, until)
     VALUES (@id, @tenant, @plan, @name, @group, @position, @to, @on, @until)
     ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, name = excluded.name, grp = excluded.grp,
       position = excluded.position, destination = excluded.destination, is_on = excluded.is_on, until = excluded.until
     WHERE tenant = excluded.tenant`,
  );
  const trunk = database.prepare(
    `INSERT INTO trunks (id, tenant, purpose, host, port, transport, sources, auth, inbound, registers, priority,
       format, country, channels, check_seconds)
     VALUES (@id, @tenant, @purpose, @host, @port, @transport, @sources, @auth, @inbound, @registers, @priority,
       @format, @country, @channels, @checkSeconds)
     ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, host = excluded.host, port = excluded.port,
       transport = excluded.transport, sources = excluded.sources, auth = excluded.auth, inbound = excluded.inbound,
       registers = excluded.registers, priority = excluded.priority, format = excluded.format,
       country = excluded.country, channels = excluded.channels, check_seconds = excluded.check_seconds
     WHERE tenant IS excluded.tenant`,
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
      const row = {
        ...{ id, tenant: owner, name, extension, role, presentedNumber, mobileNumber, vamosNumber },
        anonymous: one.anonymous ? 1 : 0,
        ringTargets: JSON.stringify(one.ringTargets),
        personalRoute: JSON.stringify(one.personalRoute),
        presentableNumbers: JSON.stringify(one.presentableNumbers),
        bookmarks: JSON.stringify(one.bookmarks),
      };
      run(user, `user ${id}`, row, `extension ${extension}${vamosNumber === null ? '' : ` or SIM ${vamosNumber}`}`);
    },
    device: ({ id, tenant: owner, user: of, kind, username, credentials }: Device) => {
      const { realm, md5, sha256 } = credentials;
      const row = { id, tenant: owner, user: of, kind, username, realm, md5, sha256 };
      run(device, `device ${id}`, row, `username ${username}`);
    },
    diversion: (one: Diversion) => {
      const { id, tenant: owner, plan: of, name, group = null, position, until = null } = one;
      const row = {
        ...{ id, tenant: owner, plan: of, name, group, position, until },
        to: JSON.stringify(one.to),
        on: one.on ? 1 : 0,
      };
      run(diversion, `diversion ${id}`, row, `the place of the one that is on in group ${group ?? ''}`);
    },
    trunk: (one: Trunk) => {
      const { id, purpose, host, transport, priority, format, country } = one;
      const { tenant: owner = null, port = null, channels = null, checkSeconds = null } = one;
      run(trunk, `trunk ${id}`, {
        ...{ id, tenant: owner, purpose, host, port, transport, priority, format, country, channels, checkSeconds },
        sources: JSON.stringify(one.sources),
        auth: jsonOrNull(one.auth),
        inbound: jsonOrNull(one.inbound),
        registers: jsonOrNull(one.registers),
      });
    },
  };
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** @param unique what must not be another's as well */
function run(statement: Database.Statement, subject: string, row: Record<string, unknown>, unique = 'its id'): void {
  let written: number;
  try {
    written = statement.run(row).changes;
  } catch (thrown) {
    if (!(thrown instanceof Database.SqliteError) || thrown.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw thrown;
    throw new Fault('BAD_REQUEST', `${subject}: ${unique} is in use already: choose another`, thrown);
  }
  if (written === 0) throw new Fault('BAD_REQUEST', `${subject} belongs to another tenant: choose another id`);
}
