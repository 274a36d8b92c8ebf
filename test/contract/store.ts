import assert from 'node:assert/strict';
import type { Store } from '../../src/store/port.ts';
import { accountContract } from './store/accounts.ts';
import { auditContract } from './store/audit.ts';
import { bindingContract } from './store/bindings.ts';
import { diversionContract } from './store/diversions.ts';
import { directoryContract } from './store/directory.ts';
import { memberContract } from './store/members.ts';
import { recordContract } from './store/records.ts';
import { referenceContract } from './store/references.ts';
import { removalContract } from './store/removal.ts';
import { settingContract } from './store/settings.ts';
import { tenantContract } from './store/tenants.ts';
import { verificationContract } from './store/verifications.ts';
import { voicemailContract } from './store/voicemail.ts';

/** Where an adapter keeps things for the length of one test. */
export interface StorePlace {
  /** May be called again, after close() or while another is open: the same place. */
  open(): Promise<Store>;
  /** Forgets the place. */
  clear(): Promise<void>;
}

/** What every adapter of the store must do. */
export function storeContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`store: ${name}`, () => {
    let here: StorePlace;
    let opened: Store;

    beforeEach(async () => {
      here = await place();
      opened = await here.open();
    });

    afterEach(async () => {
      await opened.close();
      await here.clear();
    });

    const store = (): Store => opened;
    const another = (): Promise<Store> => here.open();
    const reopen = async (): Promise<void> => {
      await opened.close();
      opened = await here.open();
    };

    it('is healthy when open, and not when closed', async () => {
      await opened.healthy();
      await opened.close();
      await assert.rejects(opened.healthy(), { code: 'STORE_FAILED' });
    });

    it('can be closed twice', async () => {
      await opened.close();
      await opened.close();
    });

    describe('directory', () => {
      directoryContract(store, reopen);
      describe('with two tenants', () => {
        tenantContract(store);
      });
      describe('what objects name', () => {
        referenceContract(store);
      });
      describe('who is rung, and where', () => {
        memberContract(store, another);
      });
    });
    describe('bindings', () => {
      bindingContract(store, reopen, another);
    });
    describe('call records', () => {
      recordContract(store, reopen);
    });
    describe('settings', () => {
      settingContract(store, another);
      describe('removal', () => {
        removalContract(store);
      });
      describe('diversions', () => {
        diversionContract(store, another);
      });
      describe('audit trail', () => {
        auditContract(store, reopen);
      });
    });
    describe('accounts', () => {
      accountContract(store, another);
      describe('verifications', () => {
        verificationContract(store, another);
      });
    });
    describe('voicemail', () => {
      voicemailContract(store, reopen);
    });
  });
}
