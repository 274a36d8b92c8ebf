import { scryptHasher } from '../api/auth/password-hash.ts';
import { announcing } from '../api/events/announcing.ts';
import { type ChangeFeed, memoryFeed } from '../api/events/feed.ts';
import { type RunningApi, startApi } from '../api/server.ts';
import type { Config } from '../config/schema.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock } from '../kernel/clock.ts';
import { hashCredentials } from '../signalling/digest/credentials.ts';
import type { Store } from '../store/port.ts';
import type { Log } from '../telemetry/port.ts';
import type { CodeTeller } from '../verification/port.ts';
import { smsGateway } from '../verification/sms-gateway.ts';
import { pemTexts, watchCertificate } from './api-certificate.ts';
import { generatePassword, type RandomBytes } from './password.ts';
import type { VoicemailFiles } from './voicemail-files.ts';

/** The store, and the feed that tells what is changed through it. */
export function announced(store: Store, log: Log): { readonly store: Store; readonly feed: ChangeFeed } {
  const feed = memoryFeed((thrown) => {
    log.error({ detail: Fault.from(thrown).message }, 'a change could not be told to an app');
  });
  return { store: announcing(store, feed), feed };
}

interface Around {
  readonly store: Store;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly voicemailFiles: VoicemailFiles;
  /** Tells codes by calls. */
  readonly codes: CodeTeller;
}

/** @throws Error, with a message that says what to do */
export async function startApiOf(config: Config, around: Around): Promise<RunningApi> {
  const { address, port, tls, trustedProxies, operatorToken, sessionDays, privateTrunks, rates } = config.api;
  const { random, voicemailFiles: files } = around;
  const listener = { address, port, trustedProxies, tls: tls === undefined ? undefined : await pemTexts(tls) };
  try {
    const api = await startApi(listener, {
      ...around,
      passwords: scryptHasher(random),
      sipCredentials: (username, password) => hashCredentials(username, config.sip.realm, password),
      newPassword: () => generatePassword(random),
      teller: tellerOf(config, around),
      openVoicemail: (file) => files.open(file),
      removeVoicemail: (file) => files.remove(file),
      operatorToken: operatorToken?.reveal(),
      settings: { sessionDays, privateTrunks, rates, codeCountries: config.api.codes.countries },
    });
    if (tls === undefined) return api;
    const stopWatching = watchCertificate(tls, (texts) => api.useCertificate(texts), around);
    return {
      ...api,
      close: () => {
        stopWatching();
        return api.close();
      },
    };
  } catch (thrown) {
    throw new Error(whyNot(thrown, `${address} port ${String(port)}`), { cause: thrown });
  }
}

function tellerOf({ api }: Config, { codes, log }: Around): CodeTeller | undefined {
  const { by, gateway, token } = api.codes;
  if (by === 'call') return codes;
  if (by !== 'sms' || gateway === undefined) return undefined;
  return smsGateway({ url: gateway, token: token?.reveal(), log });
}

function whyNot(thrown: unknown, place: string): string {
  switch (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined) {
    case 'EADDRINUSE':
      return `another program listens at ${place} already: stop it, or set api.port`;
    case 'EADDRNOTAVAIL':
      return `${place} is not an address of this machine: set api.address to one that is`;
    case 'EACCES':
      return `this user may not open ${place}: set api.port to one above 1023`;
    default:
      return `the API could not be opened at ${place}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
