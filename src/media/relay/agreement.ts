import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { carriesVoice, type Codec, commonCodecs, sameEncoding } from '../sdp/codec.ts';
import type { Renumbering } from './protocol.ts';

/**
 * The formats that a party's answer leaves of what it was offered, under the offer's numbers.
 * @returns NO_COMMON_CODEC when no voice is left
 */
export function settled(offered: readonly Codec[], answered: readonly Codec[]): Result<readonly Codec[], Fault> {
  const common = commonCodecs(offered, answered);
  if (common.some(carriesVoice)) return ok(common);
  return err(
    new Fault('NO_COMMON_CODEC', `we do not transcode: one side has ${names(offered)}, the other ${names(answered)}`),
  );
}

/**
 * How payload type numbers change on the way from one party to another. A party sends under the
 * numbers that we gave it, and receives under those of its own description (RFC 3264 §5.1, §6.1).
 * @param from what the sender was told by us
 * @param to what the receiver told us
 */
export function renumbering(from: readonly Codec[], to: readonly Codec[]): Renumbering {
  const numbers: (number | undefined)[] = [];
  for (const codec of from) {
    const targets = to.filter((candidate) => sameEncoding(candidate, codec));
    if (targets.some((target) => target.payloadType === codec.payloadType)) continue;
    const target = targets[0];
    if (target !== undefined) numbers[codec.payloadType] = target.payloadType;
  }
  return numbers;
}

function names(codecs: readonly Codec[]): string {
  return codecs.map((codec) => codec.name).join(', ');
}
