import { calleeLeg, type CallId } from '../call/party.ts';
import type { CallRecord, MediaCounters } from '../call/record.ts';
import type { E164, User } from '../directory/types.ts';
import type { MediaReport } from '../media/port.ts';
import { endingOf } from './called.ts';
import type { SpokenCall } from './spoken-call.ts';

/** What stays the same for the whole of a call that says a code. */
export interface SpokenAbout {
  readonly call: CallId;
  readonly number: E164;
  /** Who wanted the code. */
  readonly of: Pick<User, 'id' | 'tenant'>;
  /** The number that it showed; undefined: none. */
  readonly shown: string | undefined;
}

/** We ourselves are the caller: nothing of ours is received. */
const ourSide: MediaCounters = {
  codec: undefined,
  ...{ packetsReceived: 0, bytesReceived: 0, packetsSent: 0, bytesSent: 0, packetsLost: 0, jitterMs: 0 },
};

/** The call detail record of a call that said a code: made in the name of whoever wanted it, because it costs money. */
export function spokenRecord(
  { call, number, of, shown }: SpokenAbout,
  over: Extract<SpokenCall, { phase: 'over' }>,
  media: MediaReport | undefined,
): CallRecord {
  return {
    ...{ call, tenant: of.tenant, direction: 'outbound', caller: shown ?? 'anonymous', callerUser: of.id },
    ...{ dialled: number, startedAt: over.startedAt, ringingAt: over.ringingAt, answeredAt: over.answeredAt },
    ...{ endedAt: over.endedAt, attendedAt: undefined, chain: [] },
    answeredBy: over.answeredAt === undefined ? undefined : 'party',
    ...endingOf(over.called),
    legs: over.attempts.map(({ trunk, end }, index) => ({
      leg: calleeLeg(index + 1),
      target: { kind: 'trunk', trunk: trunk.id },
      outcome: end?.outcome ?? 'failed',
      status: end?.status,
    })),
    media: media && { caller: ourSide, callee: counters(media) },
  };
}

function counters(report: MediaReport): MediaCounters {
  const { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs } = report;
  return { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs };
}
