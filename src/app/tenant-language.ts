import { type Language, languages, type TenantId } from '../directory/types.ts';
import type { Store } from '../store/port.ts';

/** In which language a tenant's callers are spoken to; in the first, when the store cannot say. Never rejects. */
export function languageOf({ directory }: Pick<Store, 'directory'>): (tenant: TenantId) => Promise<Language> {
  return async (id) => {
    try {
      return (await directory.tenant(id))?.language ?? languages[0];
    } catch {
      return languages[0];
    }
  };
}
