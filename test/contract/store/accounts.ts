import assert from 'node:assert/strict';
import type { TenantId, UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { account, bakeryDirectory, garage, session, tenant, user } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

export function accountContract(store: () => Store, another: () => Promise<Store>): void {
  const anna = 'anna' as UserId;
  const token = (id: string): string => `hash-of-${id}`;

  beforeEach(async () => {
    await store().directory.save(bakeryDirectory);
    await store().directory.save({ tenants: [tenant(garage)], users: [user('carl', garage)] });
  });

  it('are found by login and by user, one for each user', async () => {
    const { accounts } = store();
    await accounts.save(account('anna'));
    assert.deepEqual(await accounts.byLogin('anna@bakery.example'), account('anna'));
    assert.deepEqual(await accounts.of(anna), account('anna'));
    assert.equal(await accounts.byLogin('bart@bakery.example'), undefined);
    const renamed = account('anna', { login: 'a@bakery.example', passwordHash: 'new' });
    await accounts.save(renamed);
    assert.equal(await accounts.byLogin('anna@bakery.example'), undefined);
    assert.deepEqual(await accounts.byLogin('a@bakery.example'), renamed);
  });

  it('have logins that no other user of the exchange has', async () => {
    const { accounts } = store();
    await accounts.save(account('anna'));
    const same = account('carl', { tenant: garage, login: 'anna@bakery.example' });
    await refusedAs(accounts.save(same), /login anna@bakery.example is in use already/);
    assert.equal((await accounts.byLogin('anna@bakery.example'))?.user, 'anna');
  });

  for (const tenantOfAnna of [garage, 'nobody' as TenantId]) {
    it(`are not made for a user of ${tenantOfAnna} who is not its own, and neither are sessions`, async () => {
      const { accounts } = store();
      await refusedAs(accounts.save(account('anna', { tenant: tenantOfAnna })), /has no user anna/);
      await refusedAs(accounts.openSession(session('x', 'anna', { tenant: tenantOfAnna })), /has no user anna/);
    });
  }

  describe('sessions', () => {
    beforeEach(async () => {
      const { accounts } = store();
      await accounts.openSession(session('phone', 'anna'));
      await accounts.openSession(session('tablet', 'anna', { openedAt: 2_000, agent: undefined }));
      await accounts.openSession(session('other', 'bart'));
    });

    it('are found by the hash of their token, until they are over', async () => {
      const { accounts } = store();
      assert.deepEqual(await accounts.session(token('phone'), 60_999), session('phone', 'anna'));
      assert.equal(await accounts.session(token('phone'), 61_000), undefined);
      assert.equal(await accounts.session('another token', 0), undefined);
      const listed = await accounts.sessionsOf(anna, 3_000);
      assert.deepEqual(
        listed.map(({ id, agent }) => [id, agent]),
        [
          ['tablet', undefined],
          ['phone', 'Qaller 4.1 (Android 14)'],
        ],
      );
      assert.deepEqual(await accounts.sessionsOf(anna, 61_000), []);
    });

    it('that are revoked are gone at once, for every process', async () => {
      const other = await another();
      assert.equal((await other.accounts.session(token('phone'), 3_000))?.id, 'phone');
      assert.equal(await store().accounts.revoke(anna, 'phone'), true);
      assert.equal(await other.accounts.session(token('phone'), 3_000), undefined);
      assert.equal(await store().accounts.session(token('phone'), 3_000), undefined);
      assert.equal(await store().accounts.revoke(anna, 'phone'), false);
      await other.close();
    });

    it("are revoked by their user alone: another's are not there", async () => {
      assert.equal(await store().accounts.revoke('bart' as UserId, 'phone'), false);
      assert.equal((await store().accounts.session(token('phone'), 3_000))?.id, 'phone');
    });

    it('of one user are revoked all together, and no others', async () => {
      assert.equal(await store().accounts.revokeAll(anna), 2);
      assert.deepEqual(await store().accounts.sessionsOf(anna, 3_000), []);
      assert.equal((await store().accounts.session(token('other'), 3_000))?.id, 'other');
    });

    it('that are over are swept', async () => {
      await store().accounts.openSession(session('long', 'anna', { expiresAt: 90_000 }));
      assert.equal(await store().accounts.sweepSessions(61_000), 3);
      assert.equal(await store().accounts.sweepSessions(61_000), 0);
      assert.equal((await store().accounts.session(token('long'), 61_000))?.id, 'long');
    });

    it('are not taken over by another with the same id or token', async () => {
      await refusedAs(store().accounts.openSession(session('phone', 'bart', { tokenHash: 'y' })), /in use/);
      const stolen = session('new', 'bart', { tokenHash: token('phone') });
      await refusedAs(store().accounts.openSession(stolen), /in use/);
      assert.equal((await store().accounts.session(token('phone'), 3_000))?.user, 'anna');
    });
  });
}
