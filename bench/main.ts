/**
 * All measurements, in one table: `npm run bench`. With `--write` also into bench/RESULTS.md.
 * Takes five minutes, and a machine that does nothing else. Beside it may be measured, when it runs already:
 *
 * - a drachtio-server with the same bare B2BUA: DRACHTIO_COMMAND, a program that runs one in the foreground when it is given
 *   a SIP port and a control port; or DRACHTIO_ADDRESS=host:port of the control port of one that runs; DRACHTIO_SECRET
 * - FreeSWITCH, whose dialplan bridges every call to FREESWITCH_CALLEE=host:port, an address of this machine:
 *   FREESWITCH_ADDRESS=host:port of its SIP profile
 */
import { writeFileSync } from 'node:fs';
import { isInstalled } from '../scripts/outside-programs.ts';
import type { Endpoint } from '../test/support/phone/link.ts';
import { bindingMemory } from './binding-memory.ts';
import { callStep, type Climb, climb, firstRate, warm } from './call-rate.ts';
import { bareSubject, type CallSubject, exchangeSubject, foreignSubject } from './call-subject.ts';
import { messageRate, relayCapacities } from './earlier-benches.ts';
import { drachtioOf } from './drachtio-process.ts';
import { forwardingDelay } from './forwarding-delay.ts';
import { callRow, delayRow, infoCostRow, machine, memoryRow, messageRow, relayRow, type Row, table } from './report.ts';
import { resultsPage } from './results.ts';

const stepSeconds = 6;
const streamSteps = [300, 400, 500, 600, 800, 1000];
const env = process.env;

async function run(): Promise<void> {
  if (!isInstalled('sipp', env['PATH'] ?? '')) throw new Error('sipp is missing: apt-get install sip-tester');
  const where = machine();
  say(where);
  const rows = [...(await callRows()), ...(await otherRows())];
  console.log(table(rows));
  if (!process.argv.includes('--write')) return;
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(new URL('RESULTS.md', import.meta.url), resultsPage(date, where, table(rows)));
}

async function callRows(): Promise<readonly Row[]> {
  const bare = await rate('bare B2BUA on our engine', () => bareSubject());
  const relay = await rate('whole call, relay', () => exchangeSubject({ plane: 'relay', logLevel: 'warn' }));
  const bypass = await rate('whole call, bypass', () => exchangeSubject({ plane: 'bypass', logLevel: 'warn' }));
  return [
    callRow('whole call, media through our relay', relay, bare),
    callRow('whole call, media bypasses us', bypass, bare),
    await infoRow(bypass),
    callRow('bare B2BUA of drachtio-srf on our engine', bare),
    await drachtioRow(),
    await freeswitchRow(),
  ];
}

async function otherRows(): Promise<readonly Row[]> {
  say('INVITE in until INVITE out');
  const delay = delayRow(await forwardingDelay());
  say('streams');
  const streams = (await relayCapacities(streamSteps)).map(relayRow);
  say('memory');
  const memory = memoryRow(await bindingMemory());
  say('messages');
  return [delay, ...streams, memory, messageRow(await messageRate())];
}

function rate(what: string, start: () => Promise<CallSubject>): Promise<Climb> {
  say(what);
  return climb(start, { seconds: stepSeconds, say: (line) => say(`  ${line}`) });
}

/** What a log line per transition costs: beside the first step of the climb at level warn, which went at the same rate. */
async function infoRow({ steps }: Climb): Promise<Row> {
  const [warn] = steps;
  const rate = warn?.rate ?? firstRate;
  say(`log level info, ${String(rate)} calls/s`);
  const subject = await warm(() => exchangeSubject({ plane: 'bypass', logLevel: 'info' }));
  const info = await callStep(subject, rate, stepSeconds);
  await subject.stop();
  return infoCostRow(rate, warn?.cost?.application, info.cost?.application);
}

async function drachtioRow(): Promise<Row> {
  const what = 'bare B2BUA of drachtio-srf on drachtio-server';
  const theirs = drachtioOf(env);
  if (theirs === undefined) return notMeasured(what, 'DRACHTIO_COMMAND');
  return callRow(what, await rate(what, () => bareSubject(theirs)));
}

async function freeswitchRow(): Promise<Row> {
  const what = 'FreeSWITCH alone as a B2BUA';
  const [sip, callee] = [endpoint('FREESWITCH_ADDRESS'), endpoint('FREESWITCH_CALLEE')];
  if (sip === undefined || callee === undefined) return notMeasured(what, 'FREESWITCH_ADDRESS and FREESWITCH_CALLEE');
  return callRow(what, await rate(what, () => foreignSubject(sip, callee)));
}

function endpoint(variable: string): Endpoint | undefined {
  const [, address, port] = /^(.+):(\d+)$/.exec(env[variable] ?? '') ?? [];
  return address === undefined ? undefined : { address, port: Number(port) };
}

function notMeasured(what: string, variables: string): Row {
  return { what, result: 'not measured', detail: `set ${variables}` };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await run();
// Whatever a stopped child left open must not keep this waiting.
process.exit();
