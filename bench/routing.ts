import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routingLookups, type TrunksNow } from '../src/app/routing-lookups.ts';
import type { Caller } from '../src/call/party.ts';
import { normaliseDialled } from '../src/directory/libphonenumber/normalise.ts';
import { newTrunk, newUser } from '../src/directory/new.ts';
import { systemClock } from '../src/kernel/system-clock.ts';
import { nextMove } from '../src/routing/next-move.ts';
import type { Routing } from '../src/routing/routing.ts';
import { openSqlite } from '../src/store/sqlite/open.ts';
import type { Store } from '../src/store/port.ts';
import { machine } from './report.ts';
import { makeLargeCompany, type LargeCompany } from './large-company.ts';

const warmUp = 2_000;
const measured = 10_000;

/** Microseconds that half, and all but a hundredth, of the questions took. */
interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** How long routing takes to say what is to be done with a call, in a company of 5,000 users and 500 plans. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qaller-routing-'));
  try {
    const store = await openSqlite({ file: join(folder, 'bench.db'), clock: systemClock });
    const company = await makeLargeCompany(store, systemClock.now());
    console.log(`${machine()}\n\n| a decision | p50 | p99 | × one user looked up |\n|---|---|---|---|`);
    const other = await openSqlite({ file: join(folder, 'bench.db'), clock: systemClock });
    for (const writer of [undefined, store, other]) await measureAll(store, company, writer);
    await other.close();
    await store.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(store: Store, company: LargeCompany, writer: Store | undefined): Promise<void> {
  const carrier = newTrunk({ id: company.trunk, host: '127.0.0.1' });
  const trunks: TrunksNow = { trunks: () => [carrier], state: () => ({ reachable: true, full: false }) };
  const activity = () => ({ busy: false, idleSince: undefined });
  const routing: Routing = {
    lookups: routingLookups(store, { trunks, activity }, systemClock),
    normalise: normaliseDialled,
    settings: { ringSeconds: 30, trunkRingSeconds: 120, trunkCountry: 'NL' },
    clock: systemClock,
  };
  // Somebody saves a setting before each decision. What another process saved makes the store forget all that it read.
  const before = async (turn: number): Promise<void> => {
    const user = company.users[turn % company.users.length];
    if (user !== undefined) await writer?.directory.save({ users: [newUser({ ...user, anonymous: turn % 2 === 0 })] });
  };
  const runs = writer === undefined ? measured : 2_000;
  const decide = (caller: (turn: number) => Caller, dialled: (turn: number) => string): Promise<Spread> =>
    spread(runs, before, async (turn) => {
      const found = await nextMove({ caller: caller(turn), dialled: dialled(turn) }, undefined, undefined, routing);
      if (!found.ok || found.value.step.do !== 'ring') throw new Error(`nobody rings for ${dialled(turn)}`);
    });
  const lookup = await spread(runs, before, async (turn) => {
    await store.directory.user(company.userAt(turn).id);
  });
  const by = writer === store ? '' : ' by another process';
  const when = writer === undefined ? '' : `, after a setting was saved${by}`;
  const line = (what: string, { p50, p99 }: Spread): void => {
    console.log(`| ${what}${when} | ${ms(p50)} ms | ${ms(p99)} ms | ${(p50 / lookup.p50).toFixed(1)} |`);
  };
  const { callerAt, fromCarrier } = company;
  line('one user looked up', lookup);
  line('extension', await decide(callerAt, (turn) => company.userAt(turn * 7).extension));
  line('plan that rings 20 users', await decide(fromCarrier, company.groupNumber));
  line('plan with ten diversions, one on', await decide(fromCarrier, company.divertedNumber));
  line('call to the outside', await decide(callerAt, () => '0201234567'));
}

async function spread(
  runs: number,
  before: (turn: number) => Promise<void>,
  run: (turn: number) => Promise<void>,
): Promise<Spread> {
  const took: number[] = [];
  for (let turn = 0; turn < warmUp; turn += 1) await run(turn * 31);
  for (let turn = 0; turn < runs; turn += 1) {
    await before(turn);
    const start = process.hrtime.bigint();
    await run(turn * 31);
    took.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  took.sort((one, other) => one - other);
  const at = (share: number): number => took[Math.floor(took.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function ms(microseconds: number): string {
  return (microseconds / 1000).toFixed(3);
}

await main();
