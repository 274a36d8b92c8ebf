import { z } from 'zod';
import type { CallRecord } from '../../call/record.ts';
import type { DeviceId, TenantId, UserId } from '../../directory/types.ts';
import { catalogue, type FaultCode } from '../../faults/catalogue.ts';
import { branded, json, nullable } from './decode.ts';

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), device: branded<DeviceId>(), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('trunk'), trunk: z.string() }),
]);

// JSON has no undefined: a leg without a status has no such key.
const leg = z
  .strictObject({
    leg: z.string(),
    target,
    outcome: z.enum([
      'answered',
      'answered-elsewhere',
      'busy',
      'declined',
      'no-answer',
      'cancelled',
      'unreachable',
      'failed',
    ]),
    status: z.int().optional(),
  })
  .transform(({ status, ...rest }) => ({ ...rest, status }));

const counters = z
  .strictObject({
    codec: z.string().optional(),
    packetsReceived: z.number(),
    bytesReceived: z.number(),
    packetsSent: z.number(),
    bytesSent: z.number(),
    packetsLost: z.number(),
    jitterMs: z.number(),
  })
  .transform(({ codec, ...rest }) => ({ codec, ...rest }));

const faultCode = z.custom<FaultCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value), {
  error: 'not a code of the catalogue of faults',
});

/** A row of call_records, as its SELECTs name its columns. */
export const recordRow: z.ZodType<CallRecord> = z.object({
  call: z.string(),
  tenant: nullable(branded<TenantId>()),
  direction: z.enum(['internal', 'inbound', 'outbound']),
  caller: z.string(),
  callerUser: nullable(branded<UserId>()),
  dialled: z.string(),
  startedAt: z.int(),
  ringingAt: nullable(z.int()),
  answeredAt: nullable(z.int()),
  attendedAt: nullable(z.int()),
  endedAt: z.int(),
  outcome: z.enum([
    'answered',
    'voicemail',
    'no-answer',
    'busy',
    'declined',
    'cancelled',
    'unreachable',
    'refused',
    'failed',
  ]),
  answeredBy: nullable(z.enum(['party', 'voicemail'])),
  chain: json(z.array(z.string())),
  endedBy: z.enum(['caller', 'callee', 'us']),
  fault: nullable(faultCode),
  status: z.int(),
  legs: json(z.array(leg)),
  media: nullable(json(z.strictObject({ caller: counters, callee: counters }))),
});
