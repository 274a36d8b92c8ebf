import type { CallEvent } from '../call/event.ts';
import { callId } from '../call/party.ts';
import type { CallRecord } from '../call/record.ts';
import type { CallPolicy } from '../call/step.ts';
import type { Config } from '../config/schema.ts';
import { normaliseDialled } from '../directory/libphonenumber/normalise.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { MediaPlane } from '../media/port.ts';
import { SipSignalling } from '../signalling/application.ts';
import { Authenticator } from '../signalling/authenticator.ts';
import { Nonces } from '../signalling/digest/nonces.ts';
import { type SipApplication, sipApplication } from '../signalling/srf.ts';
import type { ListenAddress } from '../sip-engine/engine.ts';
import { openSqlite } from '../store/sqlite/open.ts';
import type { Store } from '../store/port.ts';
import { findSounds } from '../switchboard/find-sounds.ts';
import { Switchboard } from '../switchboard/switchboard.ts';
import { startHttp } from '../telemetry/http.ts';
import { createMetrics, type MetricsRegistry } from '../telemetry/metrics.ts';
import type { Log } from '../telemetry/port.ts';
import type { SpokenCodes } from '../verification/spoken-codes.ts';
import { announced, startApiOf } from './api.ts';
import { CallJournal } from './call-journal.ts';
import { type DemoAccount, demoCompany } from './demo-company.ts';
import { type DemoLogin, firstLogins } from './first-logins.ts';
import { startMedia } from './media-plane.ts';
import type { RandomBytes } from './password.ts';
import { Readiness } from './readiness.ts';
import { routingLookups } from './routing-lookups.ts';
import { languageOf } from './tenant-language.ts';
import { Voicemail } from './voicemail.ts';
import { VoicemailFiles } from './voicemail-files.ts';
import { type SipServer, startSipServer } from './sip-server.ts';
import { startSweeper } from './sweeper.ts';
import { soundLibrary } from './sounds.ts';
import { spokenCodes } from './spoken-codes.ts';
import { TelephoneUse } from './telephone-use.ts';
import { type TrunkParts, trunkParts } from './trunks.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** The exchange cannot go on; whoever started it should stop it and start anew. */
  readonly onFatal: (why: string) => void;
  readonly onCallEnded?: (record: CallRecord, events: readonly CallEvent[]) => void;
}

export interface Exchange {
  readonly sip: readonly ListenAddress[];
  readonly http: { readonly address: string; readonly port: number };
  readonly api: { readonly address: string; readonly port: number };
  /** Those of the company that was made at this first start, with their passwords; else none. */
  readonly newAccounts: readonly DemoAccount[];
  /** How its people sign in to the API. */
  readonly newLogins: readonly DemoLogin[];
  readonly policy: CallPolicy;
  readonly store: Store;
  readonly media: MediaPlane;
  readonly sipServer: SipServer;
  readonly switchboard: Switchboard;
  /** Ends every call, keeps every record, lets go of every port. Safe to call twice. */
  stop(): Promise<void>;
}

/** A nonce is good for so long; a phone that comes later gets `stale=true` and tries again by itself. */
const nonceLifetimeMs = 300_000;
/** How long a stop waits for parties to confirm that they hung up. */
const farewellMs = 5_000;

/**
 * Builds the whole exchange from its configuration and starts it, part by part; what
 * started before a part that fails is stopped again.
 * @throws Error or Fault, with a message that says what to do
 */
export async function startExchange(config: Config, around: Surroundings): Promise<Exchange> {
  const started: (() => Promise<void>)[] = [];
  try {
    return await build(config, around, started);
  } catch (thrown) {
    for (const stop of started.reverse()) await stop();
    throw thrown;
  }
}

async function build(config: Config, around: Surroundings, started: (() => Promise<void>)[]): Promise<Exchange> {
  const { clock, random, log } = around;
  const { store, feed } = announced(await openSqlite({ file: config.store.file, clock }), log);
  started.push(() => store.close());
  const newAccounts = await firstCompany(config, store, random);
  const newLogins = newAccounts.length === 0 ? [] : await firstLogins(store, random);
  const media = await startMedia(config, log);
  started.push(() => media.close());
  const secret = Buffer.from(random(24)).toString('base64url');
  const sipServer = await startSipServer(config.sip, secret, log, around.onFatal);
  started.push(() => sipServer.close());
  const metrics = createMetrics();
  const application = sipApplication();
  const readiness = new Readiness(store, media);
  const policy = policyOf(config);
  const journal = new CallJournal(store.records, log, metrics, around.onCallEnded ?? (() => undefined));
  const trunks = await trunkParts({ config, store, application, metrics, clock, random, log });
  started.push(() => trunks.stop());
  const voicemail = new Voicemail(config.voicemail, store.voicemail, log);
  const voicemailFiles = new VoicemailFiles(config.voicemail.folder);
  const calls = { policy, journal, voicemail };
  const { switchboard, codes } = connectParts({ config, around, store, media, application, metrics, ...calls, trunks });
  metrics.watch({
    calls: () => switchboard.live,
    bindings: () => store.bindings.count(clock.now()),
    media: () => media.load(),
    ...(sipServer.stats === undefined ? {} : { engine: sipServer.stats }),
  });
  const http = await startHttp({ ...config.http, metrics, readiness: () => readiness.parts() });
  if (!http.ok) throw new Error(http.error);
  started.push(() => http.value.close());
  const api = await startApiOf(config, { store, feed, clock, random, log, voicemailFiles, codes });
  started.push(() => api.close());
  await connected(application, sipServer, readiness, log, () => {
    // The server does not know any more whose the dialogs are: nothing can be done for these calls but to end them.
    switchboard.endAll(new Fault('SIP_SERVER_LOST', 'the connection with the SIP server broke during the call'));
    codes.endAll();
  });
  trunks.start();
  const sweeper = startSweeper({ store, clock, log, removeVoicemail: (file) => voicemailFiles.remove(file) });
  const stop = async (): Promise<void> => {
    sweeper.cancel();
    await trunks.stop();
    const farewell = [switchboard.stop(new Fault('SHUTTING_DOWN', 'the exchange stops')), codes.stop()];
    await atMost(clock, farewellMs, Promise.all(farewell));
    await Promise.all([journal.settled(), voicemail.settled()]);
    disconnect(application);
    for (const close of started.reverse()) await close();
  };
  let stopping: Promise<void> | undefined;
  return {
    ...{
      sip: sipServer.listening,
      http: http.value,
      api,
      newAccounts,
      newLogins,
      policy,
      store,
      media,
      sipServer,
      switchboard,
    },
    stop: () => (stopping ??= stop()),
  };
}

function policyOf(config: Config): CallPolicy {
  const t1 = config.sip.server === 'embedded' ? config.sip.timers.t1 : 500;
  return {
    longestCallMs: config.calls.maximumSeconds * 1000,
    lingerMs: 80 * t1,
    trunkAnswerMs: config.calls.trunkAnswerSeconds * 1000,
  };
}

async function firstCompany(config: Config, store: Store, random: RandomBytes): Promise<readonly DemoAccount[]> {
  if (config.demoCompany === 'never' || (await store.directory.tenants()).length > 0) return [];
  const company = demoCompany({ realm: config.sip.realm, random });
  await store.directory.save(company.change);
  return company.accounts;
}

interface Connected {
  readonly config: Config;
  readonly around: Surroundings;
  readonly store: Store;
  readonly media: MediaPlane;
  readonly application: SipApplication;
  readonly metrics: MetricsRegistry;
  readonly policy: CallPolicy;
  readonly journal: CallJournal;
  readonly trunks: TrunkParts;
  readonly voicemail: Voicemail;
}

/** Joins signalling and switchboard, which call each other, and what makes calls of its own. */
function connectParts(parts: Connected): { readonly switchboard: Switchboard; readonly codes: SpokenCodes } {
  const { config, around, store, media, application, metrics, policy, journal, trunks, voicemail } = parts;
  const { clock, random, log } = around;
  const use = new TelephoneUse(clock);
  const lookups = routingLookups(store, { trunks: trunks.now, activity: (user) => use.of(user) }, clock);
  const { registration, realm } = config.sip;
  const signalling = new SipSignalling({
    ...{ application, clock, random, log, ...trunks.signalling },
    authenticator: new Authenticator({
      realm,
      algorithms: config.sip.digest,
      clock,
      nonces: new Nonces(random(32), nonceLifetimeMs, random),
      deviceByUsername: (username) => store.directory.deviceByUsername(username),
    }),
    registration: {
      clock,
      bindings: store.bindings,
      bounds: {
        minimum: registration.minimumSeconds,
        default: registration.defaultSeconds,
        maximum: registration.maximumSeconds,
        bindingsPerDevice: registration.maximumBindings,
      },
    },
    onIncoming: (call) => {
      switchboard.offer(call);
    },
    onRegistration: (result) => {
      metrics.registration(result);
    },
  });
  const switchboard = new Switchboard({
    ...{ clock, media, signalling, policy },
    routing: { ...{ lookups, clock }, normalise: normaliseDialled, settings: config.calls },
    limits: config.sip.limits,
    observer: use.watching(journal),
    ...{
      channels: trunks.channels,
      messages: voicemail,
      sounds: findSounds(soundLibrary(config, log), languageOf(store)),
    },
    newCallId: () => callId(random(12)),
  });
  const { channels } = trunks;
  const codes = spokenCodes({ config, clock, random, log, media, signalling, lookups, channels, journal });
  return { switchboard, codes };
}

/** Resolves at the first connection; drachtio-srf makes later ones by itself. */
function connected(
  application: SipApplication,
  server: SipServer,
  readiness: Readiness,
  log: Log,
  onLost: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    application.on('connect', (error) => {
      if (error !== null) {
        reject(new Error(`the SIP server refused us: ${error.message}; check sip.secret`));
        return;
      }
      readiness.sipConnected(true);
      resolve();
    });
    application.on('error', (error) => {
      log.error({ detail: error.message }, 'the connection with the SIP server failed; it is being made anew');
    });
    application.on('close', () => {
      readiness.sipConnected(false);
      onLost();
    });
    application.connect(server.control);
  });
}

function disconnect(application: SipApplication): void {
  try {
    application.disconnect();
  } catch {
    // drachtio-srf throws where there is no connection: the SIP server went before us. The rest must stop all the same.
  }
}

/** Waits for something, but no longer than that. */
async function atMost(clock: Clock, milliseconds: number, awaited: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = clock.after(milliseconds, resolve);
  });
  await Promise.race([awaited, deadline]);
  timer?.cancel();
}
