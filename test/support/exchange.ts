import { randomBytes } from 'node:crypto';
import { type Exchange, startExchange } from '../../src/app/exchange.ts';
import type { CallEvent } from '../../src/call/event.ts';
import type { CallRecord } from '../../src/call/record.ts';
import { loadConfig } from '../../src/config/load.ts';
import { printProblems } from '../../src/config/problem.ts';
import { systemClock } from '../../src/kernel/system-clock.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import type { Log } from '../../src/telemetry/port.ts';
import { Phone, type PhoneOptions } from './phone/phone.ts';

export interface EndedCall {
  readonly record: CallRecord;
  readonly events: readonly CallEvent[];
}

type PhoneChanges = Partial<Omit<PhoneOptions, 'username' | 'password'>> & { readonly transport?: 'udp' | 'tcp' };

/** The whole exchange in this process, on free loopback ports, with its demonstration company. */
export class TestExchange {
  readonly #ended: EndedCall[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #phones: Phone[] = [];

  private constructor(
    readonly exchange: Exchange,
    private readonly t1: number,
  ) {}

  /** @param overrides environment variables of the configuration, as `QALLER_SIP__TIMERS__T1` */
  static async start(overrides: Readonly<Record<string, string>> = {}, log?: Log): Promise<TestExchange> {
    const config = loadConfig({
      env: {
        QALLER_SIP__LISTEN: '["udp:127.0.0.1:0", "tcp:127.0.0.1:0", "udp:127.0.0.1:0"]',
        QALLER_STORE__FILE: '":memory:"',
        QALLER_HTTP__PORT: '0',
        QALLER_API__PORT: '0',
        QALLER_LOG__LEVEL: process.env['QALLER_TEST_LOG'] ?? 'silent',
        ...overrides,
      },
    });
    if (!config.ok) throw new Error(printProblems(config.error));
    let ended: (call: EndedCall) => void = () => undefined;
    const exchange = await startExchange(config.value, {
      clock: systemClock,
      random: (count) => randomBytes(count),
      log: log ?? createLogger(config.value.log),
      onFatal: (why) => {
        throw new Error(why);
      },
      onCallEnded: (record, events) => {
        ended({ record, events });
      },
    });
    const t1 = config.value.sip.server === 'embedded' ? config.value.sip.timers.t1 : 500;
    const test = new TestExchange(exchange, t1);
    ended = (call) => {
      test.#ended.push(call);
      for (const wake of test.#waiting.splice(0)) wake();
    };
    return test;
  }

  /** Records of calls that ended so far, in the order in which they were written. */
  get ended(): readonly EndedCall[] {
    return this.#ended;
  }

  server(transport: 'udp' | 'tcp' = 'udp', nth = 0): PhoneOptions['server'] {
    const listener = this.exchange.sip.filter((address) => address.transport === transport)[nth];
    if (listener === undefined) throw new Error(`the exchange does not listen on ${transport}`);
    return { address: listener.address, port: listener.port, transport };
  }

  /** A phone with an account of the demonstration company, such as `201-desk`; not registered yet. */
  async phone(username: string, { transport, ...changes }: PhoneChanges = {}): Promise<Phone> {
    const account = this.exchange.newAccounts.find((candidate) => candidate.username === username);
    if (account === undefined) throw new Error(`the demonstration company has no ${username}`);
    const phone = await Phone.start({
      username,
      password: account.password,
      server: changes.server ?? this.server(transport),
      t1: this.t1,
      ...changes,
    });
    this.#phones.push(phone);
    return phone;
  }

  /** A phone with credentials of its own invention. */
  async stranger(username: string, password: string): Promise<Phone> {
    const phone = await Phone.start({ username, password, server: this.server(), t1: this.t1 });
    this.#phones.push(phone);
    return phone;
  }

  async registered(username: string, changes: PhoneChanges = {}): Promise<Phone> {
    const phone = await this.phone(username, changes);
    await phone.register();
    return phone;
  }

  /** The `nth` call that ended, counted from 1. */
  async call(nth: number, withinMs = 5000): Promise<EndedCall> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const call = this.#ended[nth - 1];
      if (call !== undefined) return call;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`call ${String(nth)} did not end within ${String(withinMs)} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Resolves when nothing of any call is left: no mailbox, no port, no transaction, no dialog, no timer. */
  async idle(withinMs = 80 * this.t1 + 3000): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const left = await this.leftovers();
      if (left === undefined) return;
      if (performance.now() > deadline) throw new Error(`left behind: ${left}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** What is still held for calls, in words; undefined for nothing. */
  async leftovers(): Promise<string | undefined> {
    const { switchboard, media, sipServer } = this.exchange;
    const engine = await sipServer.stats?.();
    const held = {
      calls: switchboard.live,
      endpoints: media.load().endpoints,
      ports: media.load().portsUsed,
      dialogs: engine?.dialogs ?? 0,
      timers: engine?.timers ?? 0,
      ...engine?.transactions,
    };
    const left = Object.entries(held).filter(([, count]) => count !== 0);
    return left.length === 0 ? undefined : left.map(([name, count]) => `${name} ${String(count)}`).join(', ');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#phones.map((phone) => phone.close()));
    await this.exchange.stop();
  }
}
