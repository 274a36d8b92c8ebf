/**
 * What the SIP engine costs, apart from any application: `npm run bench:engine`. The same bare B2BUA of drachtio-srf runs on our
 * engine and, when DRACHTIO_COMMAND or DRACHTIO_ADDRESS says how (`bench/drachtio-process.ts`), on drachtio-server, one after
 * the other on the same machine. Two minutes, and a machine that does nothing else.
 */
import { isInstalled } from '../../scripts/outside-programs.ts';
import { type CallStep, type Climb, climb } from '../call-rate.ts';
import { bareSubject, type CallSubject } from '../call-subject.ts';
import { drachtioOf } from '../drachtio-process.ts';
import { machine } from '../report.ts';
import { messageCosts } from './message-cost.ts';

/**
 * Of one call through a B2BUA: INVITE, 180, 200, ACK, BYE and its 200 on either side, and our 100.
 * SIPp's callee sends none.
 */
const messagesPerCall = 13;
const stepSeconds = 6;

async function run(): Promise<void> {
  if (!isInstalled('sipp', process.env['PATH'] ?? '')) throw new Error('sipp is missing: apt-get install sip-tester');
  say(machine());
  console.log('| operation of the engine | µs of processor time |\n|---|---|');
  for (const { what, microseconds } of messageCosts()) console.log(`| ${what} | ${microseconds.toFixed(2)} |`);

  const ours = await measured('our engine', () => bareSubject());
  const start = drachtioOf(process.env);
  const theirs = start === undefined ? undefined : await measured('drachtio-server', () => bareSubject(start));
  console.log(
    '\n| bare B2BUA on | calls/s | server, ms per call | server, µs per message | application, ms per call |',
  );
  console.log('|---|---|---|---|---|');
  row('our engine', ours);
  if (theirs === undefined) console.log('| drachtio-server | not measured: set DRACHTIO_COMMAND | | | |');
  else {
    row('drachtio-server', theirs);
    compare(ours, theirs);
  }
}

function measured(what: string, start: () => Promise<CallSubject>): Promise<Climb> {
  say(what);
  return climb(start, { seconds: stepSeconds, say: (line) => say(`  ${line}`) });
}

function row(what: string, { best }: Climb): void {
  const [rate, cost] = [best?.rate, best?.cost];
  const server = cost?.engine ?? Number.NaN;
  const cells = [
    rate === undefined ? 'none held' : String(rate),
    server.toFixed(2),
    ((server / messagesPerCall) * 1000).toFixed(0),
    (cost?.application ?? Number.NaN).toFixed(2),
  ];
  console.log(`| ${what} | ${cells.join(' | ')} |`);
}

/** The processor time at a rate that both held: a server that idles pays more for each call. */
function compare(ours: Climb, theirs: Climb): void {
  const at = (rate: number, { steps }: Climb): CallStep | undefined =>
    steps.find((step) => step.rate === rate && step.failed === 0);
  const common = ours.steps.map(({ rate }) => rate).filter((rate) => at(rate, ours) && at(rate, theirs));
  const rate = Math.max(...common);
  const [mine, other] = [at(rate, ours)?.cost?.engine, at(rate, theirs)?.cost?.engine];
  const rates = (ours.best?.rate ?? 0) / (theirs.best?.rate ?? Number.NaN);
  console.log(`\nours / theirs: ${rates.toFixed(2)} × the calls per second (goal: at least 0.5)`);
  if (mine === undefined || other === undefined) return;
  console.log(
    `at ${String(rate)} calls/s: ${(mine / other).toFixed(2)} × the server's processor time per call (goal: at most 2)`,
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await run();
process.exit();
