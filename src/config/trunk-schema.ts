import { z } from 'zod';
import { numberFormats, type TenantId, type TrunkId } from '../directory/types.ts';
import { atLeastOne, country, network, port, secret, word } from './schema-parts.ts';

const trunk = z
  .strictObject({
    id: word.pipe(z.custom<TrunkId>()).describe('A name of your choice, for logs and call records.'),
    tenant: word
      .pipe(z.custom<TenantId>())
      .optional()
      .describe('The company whose calls alone go out and come in by it. Without it, those of all companies.'),
    purpose: z
      .enum(['carrier', 'mobile'])
      .default('carrier')
      .describe('`mobile`: the operator of the users’ SIMs, which ring there and call from there.'),
    host: word.describe(
      'Host name or address that calls are sent to. Where a name has several addresses, the next is tried when one is down.',
    ),
    port: port
      .min(1)
      .optional()
      .describe(
        'The port that calls are sent to. Without it a name is looked up as a service (SRV, RFC 3263), and else it is 5060, or 5061 with TLS.',
      ),
    transport: z.enum(['udp', 'tcp', 'tls']).default('udp').describe('What calls are sent over.'),
    sources: z
      .array(network)
      .prefault([])
      .describe('Networks (CIDR) whose calls are taken as from this trunk, without a password.'),
    auth: z
      .strictObject({
        username: word.describe('The account at the carrier.'),
        password: secret.describe('Its password.'),
      })
      .optional()
      .describe('For a carrier that asks for a password, or that is registered with.'),
    inbound: z
      .strictObject({
        username: word.describe('What it calls itself in its Authorization. No phone may have the same.'),
        password: secret.describe('Its password.'),
      })
      .optional()
      .describe('With these a carrier may call from anywhere, after a challenge.'),
    registers: z
      .strictObject({
        seconds: atLeastOne
          .max(86_400)
          .default(600)
          .describe('For how long; the carrier may grant less, or ask for more.'),
      })
      .optional()
      .describe('For a carrier that wants us to register, as `auth`, to learn where calls go.'),
    priority: z
      .int()
      .min(0)
      .max(1_000)
      .default(0)
      .describe('Calls go by the trunk with the lowest, and by the next when that one fails.'),
    format: z
      .enum(numberFormats)
      .default('e164')
      .describe(
        'How numbers are written: `e164` is +31851234567, `digits` 31851234567, `international` 0031851234567, `national` 0851234567.',
      ),
    country: country
      .optional()
      .describe('The country (ISO 3166) that national numbers are of. Without it: `calls.trunkCountry`.'),
    channels: atLeastOne.optional().describe('How many calls it carries at a time. Without it, any number.'),
    checkSeconds: atLeastOne
      .max(86_400)
      .optional()
      .describe('How often it is asked by OPTIONS whether it is there. Without it, never.'),
  })
  .superRefine(({ registers, auth }, context) => {
    if (registers === undefined || auth !== undefined) return;
    const message = 'a trunk that is registered with needs an account: set auth.username and auth.password';
    context.addIssue({ code: 'custom', message, path: ['auth'] });
  });

/** The section `trunks`. */
export const trunks = z
  .array(trunk)
  .superRefine((list, context) => {
    unlikeEachOther(list, ({ id }) => id, 'id', context);
    unlikeEachOther(list, ({ inbound }) => inbound?.username, 'inbound', context);
  })
  .default([])
  .describe('Carriers, and the mobile operator. docs/reference/trunks.md tells how to connect one.');

function unlikeEachOther<Item>(
  list: readonly Item[],
  nameOf: (item: Item) => string | undefined,
  key: string,
  context: z.RefinementCtx,
): void {
  list.forEach((item, index) => {
    const name = nameOf(item);
    if (name === undefined || list.findIndex((other) => nameOf(other) === name) === index) return;
    context.addIssue({ code: 'custom', message: `"${name}" is the ${key} of an earlier trunk`, path: [index, key] });
  });
}
