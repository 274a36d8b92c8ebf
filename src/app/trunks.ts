import type { Config } from '../config/schema.ts';
import { isE164 } from '../directory/names.ts';
import { trunkNumbers } from '../directory/libphonenumber/trunk-numbers.ts';
import type { Clock } from '../kernel/clock.ts';
import type { SipApplication } from '../signalling/srf.ts';
import { TrunkWatch } from '../signalling/trunk/watch.ts';
import type { WhoCallsParts } from '../signalling/who-calls.ts';
import type { Store } from '../store/port.ts';
import { TrunkChannels } from '../switchboard/trunk-channels.ts';
import type { Log, Metrics } from '../telemetry/port.ts';
import { configuredTrunks } from './configured-trunks.ts';
import type { RandomBytes } from './password.ts';
import type { TrunksNow } from './routing-lookups.ts';
import { TrunkDirectory } from './trunk-directory.ts';

export interface TrunkSurroundings {
  readonly config: Config;
  readonly store: Store;
  readonly application: SipApplication;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

/** All that has to do with trunks, joined: which there are, whether they are there, and who is behind them. */
export interface TrunkParts {
  readonly directory: TrunkDirectory;
  readonly now: TrunksNow;
  readonly channels: TrunkChannels;
  readonly signalling: Omit<WhoCallsParts, 'authenticator'>;
  /** Registers, and asks whether they are there; once there is a connection with the SIP server. */
  start(): void;
  /** Takes the registrations away, while there still is one. Safe to call twice. */
  stop(): Promise<void>;
}

/** @throws what the store rejects with */
export async function trunkParts(around: TrunkSurroundings): Promise<TrunkParts> {
  const { config, store, application, clock, random, log } = around;
  const directory = await TrunkDirectory.open({
    configured: configuredTrunks(config),
    stored: () => store.directory.allTrunks(),
    clock,
    log,
  });
  const channels = new TrunkChannels();
  const watch = new TrunkWatch({ application, clock, random, log });
  around.metrics.watch({ trunks: () => watch.standing() });
  return {
    directory,
    channels,
    now: {
      trunks: () => directory.all(),
      state: (id) => ({
        reachable: watch.reachable(id),
        full: directory.all().some((trunk) => trunk.id === id && channels.isFull(trunk)),
      }),
    },
    signalling: {
      trunks: directory,
      watch,
      numbers: trunkNumbers,
      userById: (id) => store.directory.user(id),
      userBySim: (number) => (isE164(number) ? store.directory.userBySim(number) : Promise.resolve(undefined)),
    },
    start: () => {
      directory.follow((trunks) => {
        watch.sync(trunks);
      });
    },
    stop: async () => {
      directory.close();
      await watch.close();
    },
  };
}
