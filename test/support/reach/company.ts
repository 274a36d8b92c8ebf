import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { scryptHasher } from '../../../src/api/auth/password-hash.ts';
import { newTenant, newUser } from '../../../src/directory/new.ts';
import { tenantId, userId } from '../../../src/directory/names.ts';
import type { E164, Extension, User } from '../../../src/directory/types.ts';
import { TestExchange } from '../exchange.ts';
import { freePort } from '../free-port.ts';
import type { IncomingCall } from '../phone/incoming-call.ts';
import { Phone } from '../phone/phone.ts';
import { App } from './app.ts';
import { TextMessages } from './text-messages.ts';

const addresses = { carrier: '127.0.0.31', spare: '127.0.0.32', operator: '127.0.0.33' } as const;

/** Longer than an INVITE to a phone that should stay silent would take: those of one step leave within milliseconds. */
const silenceMs = 80;

export type Party = '201-desk' | '201-qaller' | '202-desk' | '203-desk' | keyof typeof addresses;

export const sim = '+31612345699';
export const mobile = '+31612345678';
export const outside = '+31201234567';

/**
 * The demonstration company with all its phones on, two carriers, the operator of its SIMs, a gateway for text messages
 * and a company next door: what is needed to see who rings after somebody set something in the app.
 */
export class ReachCompany {
  private constructor(
    readonly test: TestExchange,
    readonly messages: TextMessages,
    readonly parties: ReadonlyMap<Party, Phone>,
    readonly apps: Readonly<Record<'sanne' | 'joris' | 'fatima' | 'neighbour' | 'stranger', App>>,
  ) {}

  static async start(more: Readonly<Record<string, string>> = {}): Promise<ReachCompany> {
    const ports = {
      carrier: await freePort(addresses.carrier),
      spare: await freePort(addresses.spare),
      operator: await freePort(addresses.operator),
    };
    const trunk = (id: keyof typeof addresses, rest: string) =>
      `{ id: ${id}, host: ${addresses[id]}, port: ${String(ports[id])}, sources: [${addresses[id]}/32], ${rest} }`;
    const messages = await TextMessages.start();
    const test = await TestExchange.start({
      QALLER_TRUNKS: `[${trunk('carrier', 'priority: 1')}, ${trunk('spare', 'priority: 2')}, ${trunk('operator', 'purpose: mobile')}]`,
      QALLER_CALLS__RING_SECONDS: '3',
      QALLER_API__CODES: `{ by: sms, gateway: "${messages.url}" }`,
      ...more,
    });
    await makeNeighbour(test);
    const { address, port } = test.exchange.api;
    const base = `http://${address}:${String(port)}`;
    const signIn = async (first: string): Promise<App> => {
      const account = test.exchange.newLogins.find(({ login }) => login.startsWith(`${first}@`));
      assert.ok(account !== undefined, `nobody of the demonstration company is called ${first}`);
      return App.signIn(base, account.login, account.password);
    };
    const apps = {
      sanne: await signIn('sanne'),
      joris: await signIn('joris'),
      fatima: await signIn('fatima'),
      neighbour: await App.signIn(base, neighbour.login, neighbour.password),
      stranger: App.stranger(base),
    };
    const parties = new Map<Party, Phone>();
    for (const username of ['201-desk', '201-qaller', '202-desk', '203-desk'] as const)
      parties.set(username, await test.registered(username));
    for (const id of ['carrier', 'spare', 'operator'] as const) {
      const server = test.server();
      parties.set(id, await Phone.start({ username: id, server, address: addresses[id], port: ports[id] }));
    }
    return new ReachCompany(test, messages, parties, apps);
  }

  party(name: Party): Phone {
    const phone = this.parties.get(name);
    assert.ok(phone !== undefined);
    return phone;
  }

  /** An answer from a setting of the person, which the API gives to that person. */
  async me(of: 'sanne' | 'joris' | 'fatima'): Promise<{ readonly id: string }> {
    return (await this.apps[of].does('GET', '/v1/me')) as { readonly id: string };
  }

  /** Changes a user behind the API's back, as an operator or a test of something else would. */
  async arrange(extension: string, change: Partial<User>): Promise<void> {
    const { directory } = this.test.exchange.store;
    const user = await directory.userByExtension(tenantId('voorbeeld'), extension as Extension);
    assert.ok(user !== undefined);
    await directory.save({ users: [{ ...user, ...change }] });
  }

  /**
   * Calls, sees who rings, and gives up. Fails when one more rings, or one fewer.
   * @returns their INVITEs, in the order of `expected`
   */
  async rings(
    from: Party,
    dialled: string,
    expected: readonly Party[],
    caller = outside,
  ): Promise<readonly IncomingCall[]> {
    const before = this.#invites();
    const isTrunk = from in addresses;
    const call = await this.party(from).invite(
      dialled,
      isTrunk ? { headers: { 'P-Asserted-Identity': `<sip:${caller}@example.com>` } } : {},
    );
    const rung = await Promise.all(
      expected.map(async (name) => {
        const incoming = await this.party(name).incomingCall();
        incoming.ring();
        return incoming;
      }),
    );
    if (expected.length > 0) await call.provisional(180);
    await later(silenceMs);
    const others = [...this.#invites()].filter(
      ([name, count]) => !expected.includes(name) && count !== before.get(name),
    );
    assert.deepEqual(
      others.map(([name]) => name),
      [],
      'rang too',
    );
    await call.cancel();
    assert.equal((await call.finished()).status, 487);
    await Promise.all(rung.map((incoming) => incoming.ended));
    return rung;
  }

  #invites(): ReadonlyMap<Party, number> {
    return new Map([...this.parties].map(([name, phone]) => [name, phone.log.received('INVITE').length]));
  }

  async stop(): Promise<void> {
    for (const id of ['carrier', 'spare', 'operator'] as const) await this.party(id).close();
    await this.test.stop();
    this.messages.close();
  }
}

const neighbour = { login: 'buur@ander.example', password: 'correct-horse-battery' };

/** Another company, with an administrator of its own who may touch nothing here. */
async function makeNeighbour({ exchange }: TestExchange): Promise<void> {
  const tenant = newTenant({ id: tenantId('ander'), name: 'Ander BV' });
  const user = newUser({
    ...{ id: userId('ander-201'), tenant: tenant.id, name: 'Buur', extension: '201' as Extension },
    ...{ role: 'admin', ringTargets: { desk: true } },
  });
  await exchange.store.directory.save({ tenants: [tenant], users: [user] });
  const passwordHash = await scryptHasher((count) => new Uint8Array(count)).hash(neighbour.password);
  await exchange.store.accounts.save({ user: user.id, tenant: tenant.id, login: neighbour.login, passwordHash });
}

export function e164(text: string): E164 {
  return text as E164;
}
