import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { demoCompany } from '../../../src/app/demo-company.ts';
import { generatePassword } from '../../../src/app/password.ts';
import { printAccounts } from '../../../src/app/print-accounts.ts';
import { ringTogether } from '../../../src/directory/new.ts';
import type { E164, Extension } from '../../../src/directory/types.ts';
import { openSqlite } from '../../../src/store/sqlite/open.ts';

const make = () => demoCompany({ realm: 'example.com', random: randomBytes });

describe('the demonstration company', () => {
  it('is taken by a store, and can be called', async () => {
    const store = await openSqlite({ file: ':memory:' });
    await store.directory.save(make().change);
    const [tenant] = await store.directory.tenants();
    assert.ok(tenant !== undefined);
    const users = await store.directory.users(tenant.id);
    assert.deepEqual(
      users.map(({ extension }) => extension),
      ['201', '202', '203'],
    );
    const number = await store.directory.companyNumber('+31851234567' as E164);
    assert.ok(number !== undefined);
    const plan = await store.directory.plan(number.plan);
    assert.equal(plan?.prefix, 'Receptie');
    assert.deepEqual(plan?.steps, [
      ringTogether(
        users.map(({ id }) => id),
        25,
      ),
    ]);
    const direct = await store.directory.companyNumber('+31851234568' as E164);
    assert.ok(direct !== undefined);
    assert.ok(users[0] !== undefined);
    assert.deepEqual((await store.directory.plan(direct.plan))?.steps, [ringTogether([users[0].id], 30)]);
    await store.close();
  });

  it('has diversions on its reception, of which none is on yet', async () => {
    const store = await openSqlite({ file: ':memory:' });
    await store.directory.save(make().change);
    const number = await store.directory.companyNumber('+31851234567' as E164);
    assert.ok(number !== undefined);
    const diversions = await store.directory.diversionsOf(number.plan, 0);
    assert.deepEqual(
      diversions.map(({ name, group, on }) => [name, group, on]),
      [
        ['Lunch', 'A', false],
        ['Overleg', 'A', false],
        ['Vakantie', undefined, false],
      ],
    );
    await store.close();
  });

  it('can be made again over the first', async () => {
    const store = await openSqlite({ file: ':memory:' });
    await store.directory.save(make().change);
    await store.directory.save(make().change);
    assert.equal((await store.directory.tenants()).length, 1);
    await store.close();
  });

  it('has a device for every account, with the hash of its password and without the password', () => {
    const { change, accounts } = make();
    assert.deepEqual(
      accounts.map(({ extension, kind }) => [extension, kind]),
      [
        ['201', 'desk'],
        ['201', 'qaller'],
        ['202', 'desk'],
        ['203', 'desk'],
      ],
    );
    for (const { username, password } of accounts) {
      const device = change.devices?.find((candidate) => candidate.username === username);
      const a1 = `${username}:example.com:${password}`;
      assert.equal(device?.credentials.md5, createHash('md5').update(a1).digest('hex'));
      assert.equal(device?.credentials.sha256, createHash('sha256').update(a1).digest('hex'));
      assert.ok(!JSON.stringify(change).includes(password));
    }
  });

  it('rings all phones that its people have', () => {
    const { change } = make();
    const sanne = change.users?.find(({ extension }) => extension === ('201' as Extension));
    assert.deepEqual(sanne?.ringTargets, { desk: true, qaller: true });
  });
});

describe('a generated password', () => {
  it('is long, different each time, and has no characters that look alike', () => {
    const passwords = Array.from({ length: 200 }, () => generatePassword(randomBytes));
    assert.equal(new Set(passwords).size, 200);
    for (const password of passwords) {
      assert.match(password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
      assert.doesNotMatch(password, /[01ilo]/);
    }
  });

  it('follows from the bytes that it is given', () => {
    assert.equal(
      generatePassword((count) => new Uint8Array(count)),
      'aaaaa-aaaaa-aaaaa-aaaaa',
    );
  });
});

describe('the text with the accounts', () => {
  const { accounts } = make();

  it('tells everything that a phone asks for, and what to dial', () => {
    const text = printAccounts(accounts, [{ transport: 'udp', address: '0.0.0.0', port: 5_060 }], ['192.0.2.7']);
    for (const { name, username, password } of accounts) {
      assert.match(text, new RegExp(`^  ${name} .*${username} .*${password}$`, 'm'));
    }
    assert.match(text, /server {4}192\.0\.2\.7, port 5060, UDP/);
    for (const number of ['202', '0851234567', '0851234568']) assert.ok(text.includes(number));
  });

  it('names the address that is listened at', () => {
    const text = printAccounts(accounts, [{ transport: 'tcp', address: '127.0.0.1', port: 5_070 }], ['192.0.2.7']);
    assert.match(text, /server {4}127\.0\.0\.1, port 5070, TCP/);
    assert.match(printAccounts(accounts, [{ transport: 'udp', address: '::', port: 1 }]), /address of this machine/);
  });
});
