import type { Destination } from '../../directory/destination.ts';
import type { TenantId } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { DirectoryStore } from '../../store/port.ts';

/** @throws Fault NOT_POSSIBLE when a destination is of nobody in this company: another company's looks like none */
export async function demandReferences(
  directory: DirectoryStore,
  tenant: TenantId,
  destinations: readonly Destination[],
): Promise<void> {
  for (const destination of destinations) {
    switch (destination.kind) {
      case 'user':
      case 'mobile':
      case 'voicemail': {
        const user = await directory.user(destination.user);
        if (user?.tenant === tenant) break;
        throw new Fault('NOT_POSSIBLE', `there is no colleague "${destination.user}": GET /v1/phonebook lists them`);
      }
      case 'plan': {
        const plan = await directory.plan(destination.plan);
        if (plan?.tenant === tenant) break;
        throw new Fault('NOT_POSSIBLE', `there is no plan "${destination.plan}": GET /v1/phonebook lists them`);
      }
      default:
    }
  }
}

/** The company of whoever asks. @throws Fault INTERNAL: a user without one cannot be */
export async function tenantOf(directory: DirectoryStore, id: TenantId) {
  const tenant = await directory.tenant(id);
  if (tenant === undefined) throw new Fault('INTERNAL', `tenant ${id} has users and is not there`);
  return tenant;
}
