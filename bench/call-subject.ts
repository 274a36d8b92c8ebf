import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../test/support/free-port.ts';
import type { Endpoint } from '../test/support/phone/link.ts';
import type { BareReady, BareStats, BareWish } from './bare-b2bua.ts';
import { companyNumber } from './company.ts';
import { ExchangeProcess, type ExchangeOptions, trunkAddress } from './exchange-process.ts';
import type { DrachtioServer } from './drachtio-process.ts';
import { findLoopThreads, type PartTimes, partTimes, timesBeside } from './processor-time.ts';
import { registerAll } from './registering.ts';
import { SippPhone } from './sipp-load.ts';

/** Something that calls go through, and the phone behind it. */
export interface CallSubject {
  readonly sip: Endpoint;
  readonly from: string;
  readonly number: string;
  readonly phone: SippPhone;
  /** Undefined for a program that is not ours. */
  times(): PartTimes | undefined;
  retransmissions(): Promise<number>;
  stop(): Promise<void>;
}

const phoneAddress = '127.0.0.3';

/** Our whole exchange: a trunk calls a company number whose plan rings one registered desk phone. */
export async function exchangeSubject(options: ExchangeOptions): Promise<CallSubject> {
  const exchange = await ExchangeProcess.start(options);
  const local = { address: phoneAddress, port: await freePort(phoneAddress) };
  await registerAll(exchange.sip, local, exchange.accounts);
  const phone = await SippPhone.start(local);
  const threads = await findLoopThreads(exchange.pid, options.plane === 'relay' ? 1 : 0);
  return {
    ...{ sip: exchange.sip, from: trunkAddress, number: companyNumber, phone },
    times: () => partTimes(threads),
    retransmissions: () => exchange.retransmissions(),
    stop: async () => {
      await exchange.stop();
      await phone.stop();
    },
  };
}

/**
 * A B2BUA of a few lines on drachtio-srf, on our own engine or on a drachtio-server.
 * @param start its server; without it, our own engine
 */
export async function bareSubject(start?: () => Promise<DrachtioServer>): Promise<CallSubject> {
  const server = await start?.();
  const callee = { address: phoneAddress, port: await freePort(phoneAddress) };
  const child = fork(new URL('./bare-b2bua.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const wish: BareWish = {
    callee: `${callee.address}:${String(callee.port)}`,
    ...(server === undefined ? {} : { server: server.control }),
  };
  child.send(wish);
  const ready = (await answerOf(child)) as BareReady;
  const phone = await SippPhone.start(callee);
  const threads = server === undefined ? await findLoopThreads(child.pid ?? 0, 0) : undefined;
  return {
    ...{ sip: ready.sip, from: trunkAddress, number: companyNumber, phone },
    times: () => {
      if (threads !== undefined) return partTimes(threads);
      return server?.pid === undefined ? undefined : timesBeside(child.pid ?? 0, server.pid);
    },
    retransmissions: async () => {
      child.send('stats');
      return ((await answerOf(child)) as BareStats).retransmissions;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await phone.stop();
      await server?.stop();
    },
  };
}

/**
 * A server that runs already and sends every call on to `callee`.
 * @param callee where it is configured to send them
 */
export async function foreignSubject(sip: Endpoint, callee: Endpoint): Promise<CallSubject> {
  const phone = await SippPhone.start(callee);
  return {
    ...{ sip, from: trunkAddress, number: companyNumber, phone },
    times: () => undefined,
    retransmissions: () => Promise.resolve(0),
    stop: () => phone.stop(),
  };
}

/** The child's next message. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() =>
    Promise.reject(new Error('the bare B2BUA ended')),
  );
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  ended.catch(() => undefined);
  over.abort();
  return message;
}
