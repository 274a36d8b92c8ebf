import { auditRoutes } from './admin/audit.ts';
import { deviceRoutes } from './admin/devices.ts';
import { diversionRoutes } from './admin/diversions.ts';
import { numberRoutes } from './admin/numbers.ts';
import { planRoutes } from './admin/plans.ts';
import { trunkRoutes } from './admin/trunks.ts';
import { userRoutes } from './admin/users.ts';
import { sessionRoutes } from './auth/sessions.ts';
import { eventRoutes } from './events/routes.ts';
import type { Api } from './http/app.ts';
import type { Rates } from './http/rates.ts';
import { bookmarkRoutes } from './me/bookmarks.ts';
import { mobileRoutes } from './me/mobile.ts';
import { phonebookRoutes } from './me/phonebook.ts';
import { ownSettingRoutes } from './me/settings.ts';
import { voicemailRoutes } from './me/voicemail.ts';
import { assignmentRoutes } from './operator/numbers.ts';
import { tenantRoutes } from './operator/tenants.ts';
import type { ApiParts } from './parts.ts';

/** Every route of the API, but for its own documents. */
export async function addRoutes(api: Api, parts: ApiParts, rates: Rates): Promise<void> {
  await eventRoutes(api, parts);
  sessionRoutes(api, parts, rates);
  ownSettingRoutes(api, parts);
  mobileRoutes(api, parts, rates);
  bookmarkRoutes(api, parts);
  voicemailRoutes(api, parts);
  phonebookRoutes(api, parts);
  planRoutes(api, parts);
  diversionRoutes(api, parts);
  numberRoutes(api, parts);
  userRoutes(api, parts);
  deviceRoutes(api, parts);
  trunkRoutes(api, parts);
  auditRoutes(api, parts);
  tenantRoutes(api, parts);
  assignmentRoutes(api, parts);
}
