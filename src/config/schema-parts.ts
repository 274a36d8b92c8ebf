import { isIP } from 'node:net';
import { z } from 'zod';
import type { Result } from '../kernel/result.ts';
import { Secret } from './secret.ts';
import { parseListenAddress } from './listen-address.ts';
import { parseNetwork } from './network.ts';

/** The value types that the sections of the schema are made of. */

export const port = z.int().min(0).max(65_535);
export const seconds = z.number().positive().max(31_536_000);
export const milliseconds = z.int().min(1).max(3_600_000);
export const atLeastOne = z.int().min(1);
export const word = z.string().min(1);

export const ipAddress = z
  .string()
  .refine((text) => isIP(text) !== 0, { error: (issue) => `"${String(issue.input)}" is not an IP address` });

export const secret = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'it is not a country code of two capitals, such as NL (ISO 3166)' });

export const listenAddress = decoded(parseListenAddress);
export const network = decoded(parseNetwork);

function decoded<Value>(parse: (text: string) => Result<Value, string>) {
  return z.string().transform((text, context): Value => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.error });
    return z.NEVER;
  });
}

/**
 * The discriminator of the adapter that is used when none is named, so that a section
 * can set an option without choosing an adapter first.
 */
export function unlessNamed<const Name extends string>(name: Name, description: string) {
  return z
    .literal(name)
    .optional()
    .transform((): Name => name)
    .describe(description);
}
