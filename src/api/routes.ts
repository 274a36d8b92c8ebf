import type { Api } from './http/app.ts';
import type { Rates } from './http/rates.ts';
import type { ApiParts } from './parts.ts';
import { sessionRoutes } from './auth/sessions.ts';

/** Every route of the API, but for its own documents. */
export async function addRoutes(api: Api, parts: ApiParts, rates: Rates): Promise<void> {
  sessionRoutes(api, parts, rates);
}
