import type { AccountStore, DirectoryObjects, SettingsStore, Store } from '../../store/port.ts';
import type { Became, ChangeFeed } from './feed.ts';

/** The same store; what is changed through its settings, and whoever is signed out, is told in the feed. */
export function announcing(store: Store, feed: ChangeFeed): Store {
  const { directory, bindings, records, voicemail } = store;
  return {
    ...{ directory, bindings, records, voicemail },
    settings: announcingSettings(store.settings, feed),
    accounts: announcingAccounts(store.accounts, feed),
    healthy: () => store.healthy(),
    close: () => store.close(),
  };
}

function announcingSettings(settings: SettingsStore, feed: ChangeFeed): SettingsStore {
  const tell: { readonly [Kind in keyof DirectoryObjects]: (became: Became<DirectoryObjects[Kind]>) => void } = {
    tenant: (became) => feed.publish({ kind: 'tenant', ...became }),
    user: (became) => feed.publish({ kind: 'user', ...became }),
    device: (became) => feed.publish({ kind: 'device', ...became }),
    companyNumber: (became) => feed.publish({ kind: 'companyNumber', ...became }),
    plan: (became) => feed.publish({ kind: 'plan', ...became }),
    diversion: (became) => feed.publish({ kind: 'diversion', ...became }),
    trunk: (became) => feed.publish({ kind: 'trunk', ...became }),
  };
  return {
    async change(kind, id, now, decide) {
      // A list, because a store that retries decides again: the last decision is the one that was written.
      const decided: (() => void)[] = [];
      const outcome = await settings.change(kind, id, now, (current) => {
        const decision = decide(current);
        const { write } = decision;
        if (write === undefined) decided.push(() => undefined);
        else decided.push(() => tell[kind]({ id, before: current, now: write === 'remove' ? undefined : write }));
        return decision;
      });
      decided.at(-1)?.();
      return outcome;
    },
    async switchDiversion(id, to, by, now) {
      const switched = await settings.switchDiversion(id, to, by, now);
      for (const diversion of [switched?.switchedOff, switched?.diversion]) {
        if (diversion !== undefined)
          feed.publish({ kind: 'diversion', id: diversion.id, before: diversion, now: diversion });
      }
      return switched;
    },
    async sweepDiversions(now) {
      const off = await settings.sweepDiversions(now);
      for (const diversion of off)
        feed.publish({ kind: 'diversion', id: diversion.id, before: diversion, now: diversion });
      return off;
    },
    audit: (tenant, before, limit) => settings.audit(tenant, before, limit),
  };
}

function announcingAccounts(accounts: AccountStore, feed: ChangeFeed): AccountStore {
  return {
    byLogin: (login) => accounts.byLogin(login),
    of: (user) => accounts.of(user),
    save: (account) => accounts.save(account),
    session: (hash, now) => accounts.session(hash, now),
    sessionsOf: (user, now) => accounts.sessionsOf(user, now),
    openSession: (session) => accounts.openSession(session),
    async revoke(user, session) {
      const was = await accounts.revoke(user, session);
      if (was) feed.publish({ kind: 'signed-out', user, session });
      return was;
    },
    async revokeAll(user) {
      const count = await accounts.revokeAll(user);
      if (count > 0) feed.publish({ kind: 'signed-out', user, session: undefined });
      return count;
    },
    sweepSessions: (now) => accounts.sweepSessions(now),
    sweepVerifications: (ended) => accounts.sweepVerifications(ended),
    changeVerification: (user, decide) => accounts.changeVerification(user, decide),
  };
}
