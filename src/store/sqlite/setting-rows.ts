import { z } from 'zod';
import type { Destination, PersonalRoute } from '../../directory/destination.ts';
import type { OpeningHours } from '../../directory/opening-hours.ts';
import { menuKeys, type PlanStep, ringOrders } from '../../directory/plan-step.ts';
import type { E164, Extension, PlanId, UserId } from '../../directory/types.ts';
import { branded } from './decode.ts';

/** What routes and plans say, as JSON in their columns. */

export const destination: z.ZodType<Destination> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('plan'), plan: branded<PlanId>() }),
  z.strictObject({ kind: z.literal('number'), number: branded<E164>() }),
  z.strictObject({ kind: z.literal('mobile'), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('voicemail'), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('hang-up') }),
]);

export const personalRoute: z.ZodType<PersonalRoute> = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('normal') }),
  z.strictObject({ is: z.literal('mobile') }),
  z.strictObject({ is: z.literal('voicemail') }),
  z.strictObject({ is: z.literal('divert'), to: destination }),
]);

const hours: z.ZodType<OpeningHours> = z.strictObject({
  week: z.array(z.strictObject({ days: z.array(z.int()), from: z.string(), to: z.string() })),
  holidays: z.array(z.strictObject({ date: z.string(), name: z.string() })),
});

const member = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('extension'), extension: branded<Extension>() }),
]);

export const planStep: z.ZodType<PlanStep> = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('ring'),
    who: z.array(member),
    order: z.enum(ringOrders),
    seconds: z.number().positive(),
    waiting: z.enum(['ringback', 'music']),
  }),
  z.strictObject({ do: z.literal('announce'), sound: z.string() }),
  z
    .strictObject({
      do: z.literal('menu'),
      sound: z.string(),
      keys: z.partialRecord(z.enum(menuKeys), destination),
      retries: z.int().min(0),
      timeoutSeconds: z.number().positive(),
      // JSON has no undefined: what was undefined has no key, and gets it back.
      otherwise: destination.optional(),
    })
    .transform(({ otherwise, ...menu }) => ({ ...menu, otherwise })),
  z.strictObject({ do: z.literal('hours'), hours, closed: destination }),
  z.strictObject({ do: z.literal('divert'), to: destination }),
  z.strictObject({ do: z.literal('voicemail'), user: branded<UserId>() }),
  z.strictObject({ do: z.literal('hang-up') }),
]);
