import { cpus, loadavg, release, totalmem } from 'node:os';
import type { BindingMemory } from './binding-memory.ts';
import { type Climb, sum } from './call-rate.ts';
import type { MessageRate, RelayCapacity } from './earlier-benches.ts';
import type { ForwardingDelay } from './forwarding-delay.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly result: string;
  readonly detail: string;
}

/** What it ran on, before anything of the bench ran. */
export function machine(): string {
  const [processor] = cpus();
  const cores = `${String(cpus().length)} cores (${processor?.model ?? 'unknown'})`;
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory`;
  return `${cores}, ${memory}, Linux ${release()}, Node ${process.version}; load before: ${(loadavg()[0] ?? 0).toFixed(2)}`;
}

/** @param bare the rate of the bare B2BUA, to compare with */
export function callRow(what: string, { best }: Climb, bare?: Climb): Row {
  if (best === undefined) return { what, result: 'none held', detail: 'calls failed at the lowest step already' };
  const compared = bare?.best === undefined ? '' : `; ${(best.rate / bare.best.rate).toFixed(2)} × the bare B2BUA`;
  const { cost, loadCost, foreign = 0 } = best;
  const parts =
    cost === undefined
      ? ''
      : `${ms(sum(cost))} ms per call: application ${ms(cost.application)}, engine ${ms(cost.engine)}, ` +
        `relay ${ms(cost.relay)}, collector and compiler ${ms(cost.rest)}; `;
  const others = foreign > 0.2 ? `; other programs took ${percent(foreign)} of a core` : '';
  return { what, result: `${String(best.rate)} calls/s${compared}`, detail: `${parts}SIPp ${ms(loadCost)}${others}` };
}

/** @param warn milliseconds of the application per call at level warn, and `info` at level info */
export function infoCostRow(rate: number, warn: number | undefined, info: number | undefined): Row {
  const what = `log level info in place of warn, bypass, ${String(rate)} calls/s`;
  if (warn === undefined || info === undefined) return { what, result: 'not measured', detail: '' };
  return { what, result: `${ms(info - warn)} ms more per call`, detail: `application ${ms(info)} beside ${ms(warn)}` };
}

export function delayRow({ calls, p50Ms, p99Ms }: ForwardingDelay): Row {
  return {
    what: 'INVITE in until INVITE out, relay, 50 calls/s',
    result: `p50 ${ms(p50Ms)} ms, p99 ${ms(p99Ms)} ms`,
    detail: `${String(calls)} calls, on the wire`,
  };
}

export function relayRow({ subject, best }: RelayCapacity): Row {
  const what = `two-way G.711 streams, ${subject}, one thread`;
  if (best === undefined) return { what, result: 'none carried', detail: 'lost too much at the lowest step already' };
  const { streams, p50, p99, cpu } = best;
  return {
    what,
    result: `${String(streams)} streams`,
    detail: `< 0.1 % loss; delay p50 ${p50}, p99 ${p99}; ${cpu} of a core`,
  };
}

export function memoryRow({ bindings, beforeBytes, afterBytes }: BindingMemory): Row {
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return {
    what: 'memory per registered phone',
    result: `${((afterBytes - beforeBytes) / bindings / 1024).toFixed(2)} KiB`,
    detail: `${mebibytes(beforeBytes)} resident before, ${mebibytes(afterBytes)} after ${String(bindings)} more`,
  };
}

export function messageRow({ parsed, printed, framed }: MessageRate): Row {
  const thousands = (rate: number): string => `${(rate / 1000).toFixed(0)} k/s`;
  return {
    what: 'SIP messages (an INVITE with SDP), one core',
    result: `parsed ${thousands(parsed)}`,
    detail: `printed ${thousands(printed)}, cut out of a stream ${thousands(framed)}`,
  };
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, result, detail }) => `| ${what} | ${result} | ${detail} |`);
  return ['| what | result | more |', '|---|---|---|', ...lines].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function ms(value: number): string {
  return value.toFixed(2);
}
