import { z } from 'zod';
import { numberFormats, type TenantId, type Trunk, type TrunkId } from '../../directory/types.ts';
import { branded, json, nullable } from './decode.ts';

/** A row of trunks, as its SELECTs name its columns. Passwords are as they were given: a digest answer needs them. */
export const trunkRow: z.ZodType<Trunk> = z.object({
  id: branded<TrunkId>(),
  tenant: nullable(branded<TenantId>()),
  purpose: z.enum(['carrier', 'mobile']),
  host: z.string(),
  port: nullable(z.int()),
  transport: z.enum(['udp', 'tcp', 'tls']),
  sources: json(z.array(z.string())),
  auth: nullable(json(z.strictObject({ username: z.string(), password: z.string() }))),
  inbound: nullable(
    json(
      z.strictObject({
        username: z.string(),
        credentials: z.strictObject({ realm: z.string(), md5: z.string(), sha256: z.string() }),
      }),
    ),
  ),
  registers: nullable(json(z.strictObject({ seconds: z.number().positive() }))),
  priority: z.int(),
  format: z.enum(numberFormats),
  country: z.string(),
  channels: nullable(z.int()),
  checkSeconds: nullable(z.int()),
});
