import { z } from 'zod';
import type { Diversion, DiversionId, PlanId, TenantId } from '../../directory/types.ts';
import { branded, flag, json, nullable } from './decode.ts';
import { destination } from './setting-rows.ts';

/** A row of diversions, as its SELECTs name its columns. */
export const diversionRow: z.ZodType<Diversion> = z.object({
  id: branded<DiversionId>(),
  tenant: branded<TenantId>(),
  plan: branded<PlanId>(),
  name: z.string(),
  group: nullable(z.string()),
  position: z.int(),
  to: json(destination),
  on: flag,
  until: nullable(z.int()),
});
