import { z } from 'zod';
import type {
  CompanyNumber,
  Device,
  DeviceId,
  DeviceKind,
  E164,
  Extension,
  Plan,
  PlanId,
  Tenant,
  TenantId,
  User,
  UserId,
} from '../../directory/types.ts';
import { languages } from '../../directory/types.ts';
import { branded, commonJson, flag, json, nullable } from './decode.ts';
import { personalRoute, planStep } from './setting-rows.ts';

/** Rows of the directory's tables, as its SELECTs name their columns. */

export const tenantRow: z.ZodType<Tenant> = z.object({
  id: branded<TenantId>(),
  name: z.string(),
  country: z.string(),
  timeZone: z.string(),
  language: z.enum(languages),
  locationNumber: nullable(branded<E164>()),
});

// The compiler refuses a kind that is not here.
const kinds = { desk: 'desk', qaller: 'qaller', vamos: 'vamos', browser: 'browser' } as const satisfies {
  [Kind in DeviceKind]: Kind;
};

const circle = z.boolean().exactOptional();

export const userRow: z.ZodType<User> = z.object({
  id: branded<UserId>(),
  tenant: branded<TenantId>(),
  name: z.string(),
  extension: branded<Extension>(),
  role: z.enum(['user', 'admin']),
  ringTargets: commonJson(z.strictObject({ desk: circle, qaller: circle, vamos: circle, browser: circle })),
  personalRoute: commonJson(personalRoute),
  mobileNumber: nullable(branded<E164>()),
  vamosNumber: nullable(branded<E164>()),
  anonymous: flag,
  presentedNumber: nullable(branded<E164>()),
  presentableNumbers: commonJson(z.array(branded<E164>())),
  bookmarks: commonJson(z.array(branded<PlanId>())),
});

export const deviceRow: z.ZodType<Device> = z
  .object({
    id: branded<DeviceId>(),
    tenant: branded<TenantId>(),
    user: branded<UserId>(),
    kind: z.enum(kinds),
    username: z.string(),
    realm: z.string(),
    md5: z.string(),
    sha256: z.string(),
  })
  .transform(({ realm, md5, sha256, ...device }) => ({ ...device, credentials: { realm, md5, sha256 } }));

export const companyNumberRow: z.ZodType<CompanyNumber> = z.object({
  number: branded<E164>(),
  tenant: branded<TenantId>(),
  plan: branded<PlanId>(),
});

export const planRow: z.ZodType<Plan> = z.object({
  id: branded<PlanId>(),
  tenant: branded<TenantId>(),
  name: z.string(),
  prefix: nullable(z.string()),
  outsideSees: z.enum(['caller', 'company']),
  steps: json(z.array(planStep)),
});
