import { callId } from '../call/party.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../kernel/clock.ts';
import { err, ok } from '../kernel/result.ts';
import { Fault } from '../faults/fault.ts';
import type { MediaPlane } from '../media/port.ts';
import { ownCall } from '../routing/own-call.ts';
import type { RoutingLookups } from '../routing/port.ts';
import { localAddressTowards } from '../signalling/local-address.ts';
import type { Signalling } from '../signalling/port.ts';
import type { TrunkChannels } from '../switchboard/trunk-channels.ts';
import type { Log } from '../telemetry/port.ts';
import { SpokenCodes, type SpokenCodesParts } from '../verification/spoken-codes.ts';
import type { CallJournal } from './call-journal.ts';
import type { RandomBytes } from './password.ts';
import { soundLibrary } from './sounds.ts';

interface Around {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly media: MediaPlane;
  readonly signalling: Signalling;
  readonly lookups: RoutingLookups;
  readonly channels: TrunkChannels;
  readonly journal: CallJournal;
}

/** All of them at once take as many media ports, and channels of a trunk. */
const mostAtOnce = 10;
/** As long as an app waits for the answer to its request, and longer than a mobile telephone takes to ring. */
const unansweredMs = 30_000;
/** Three times a code, and as long again for who keeps us waiting. */
const longestMs = 60_000;

/** Calls that tell codes, by the trunks and with the sounds that other calls have. */
export function spokenCodes(around: Around): SpokenCodes {
  const { config, random, log, lookups, journal } = around;
  const wayTo: SpokenCodesParts['wayTo'] = async (number, of) => {
    const way = await ownCall(number, of, lookups);
    if (!way.ok) return way;
    for (const trunk of way.value.trunks) {
      const via = await localAddressTowards(trunk);
      if (via !== undefined) return ok({ ...way.value, via });
    }
    return err(new Fault('TRUNK_FAILED', `no way leads to a trunk for ${number}: check their hosts, and name servers`));
  };
  return new SpokenCodes({
    ...around,
    ...{ wayTo, mostAtOnce, sounds: soundLibrary(config, log), newCallId: () => callId(random(12)) },
    patience: { unheard: config.calls.trunkAnswerSeconds * 1_000, unanswered: unansweredMs, longest: longestMs },
    keep: (call, record) => {
      journal.ended(call, record, []);
    },
  });
}
