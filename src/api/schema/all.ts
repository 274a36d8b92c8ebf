import { auditEntry } from '../admin/audit.ts';
import { companyNumber } from '../admin/numbers.ts';
import { destination, ownDestination, personalRoute } from './destination.ts';
import { meSchemas } from './me.ts';
import { peopleSchemas } from './people.ts';
import { planSchemas } from './plan.ts';
import { problem } from './problem.ts';
import { sessionSchemas } from './session.ts';
import { tenantSchemas } from './tenant.ts';
import { madeTrunk, trunk } from './trunk.ts';

/** Every schema that has a name. */
export const namedSchemas = [
  ...[problem, destination, ownDestination, personalRoute, auditEntry, companyNumber, trunk, madeTrunk],
  ...[...planSchemas, ...meSchemas, ...peopleSchemas, ...sessionSchemas, ...tenantSchemas],
].map(({ schema }) => schema);
