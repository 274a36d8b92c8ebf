import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Destination } from '../../src/directory/destination.ts';
import type { PlanStep } from '../../src/directory/plan-step.ts';
import { newUser } from '../../src/directory/new.ts';
import { isE164, planId, tenantId, userId } from '../../src/directory/names.ts';
import type { E164, Extension, UserId } from '../../src/directory/types.ts';
import { wavBytes, wavHeader } from '../../src/media/audio/wav.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { TestExchange } from './exchange.ts';
import { freePort } from './free-port.ts';
import { Phone } from './phone/phone.ts';
import { sampleRate, toneSamples } from './phone/tone.ts';

const carrierAddress = '127.0.0.23';

/** The tones, in Hz, that stand for what is said; the first four are the company's own in place of ours. */
export const heard = {
  'nobody-available': 1600,
  'cannot-be-reached': 1900,
  'not-understood': 2200,
  'voicemail-greeting': 2500,
  welcome: 700,
  /** The end of `welcome`. */
  welcomeEnds: 1000,
  long: 1300,
  music: 600,
  ringback: 425,
};

const somebody = newUser({
  id: userId('voorbeeld-299'),
  tenant: tenantId('voorbeeld'),
  name: 'Kees Jansen',
  extension: '299' as Extension,
  ringTargets: {},
});

type Ring = Extract<PlanStep, { do: 'ring' }>;
type Menu = Extract<PlanStep, { do: 'menu' }>;

/** The demonstration company with sounds that a test can tell apart, a carrier, and a log that can be read. */
export class AttendedCompany {
  private constructor(
    readonly test: TestExchange,
    readonly carrier: Phone,
    private readonly folder: string,
    private readonly lines: Record<string, unknown>[],
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<AttendedCompany> {
    const folder = await mkdtemp(join(tmpdir(), 'qaller-attended-'));
    await writeSounds(folder);
    const lines: Record<string, unknown>[] = [];
    const log = createLogger(
      { level: 'info', pretty: false },
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const port = await freePort(carrierAddress);
    const test = await TestExchange.start(
      {
        QALLER_TRUNKS: `[{ id: carrier, host: ${carrierAddress}, port: ${String(port)}, sources: [${carrierAddress}/32] }]`,
        QALLER_SIP__TIMERS__T1: '20',
        QALLER_SIP__TIMERS__T4: '100',
        QALLER_SOUNDS__FOLDER: join(folder, 'sounds'),
        QALLER_SOUNDS__MUSIC: join(folder, 'music.wav'),
        QALLER_VOICEMAIL__FOLDER: join(folder, 'voicemail'),
        ...settings,
      },
      log,
    );
    const carrier = await Phone.start({
      username: 'carrier',
      server: test.server(),
      address: carrierAddress,
      port,
      t1: 20,
    });
    return new AttendedCompany(test, carrier, folder, lines);
  }

  get voicemailFolder(): string {
    return join(this.folder, 'voicemail');
  }

  /** What a call to 085-1234568 goes through from now on. */
  async plan(...steps: readonly PlanStep[]): Promise<void> {
    const { directory } = this.test.exchange.store;
    const plan = await directory.plan(planId('voorbeeld-direct'));
    if (plan === undefined) throw new Error('the demonstration company has no plan voorbeeld-direct');
    await directory.save({ plans: [{ ...plan, steps }] });
  }

  /** As `plan`: an announcement, then the phones of a user who was removed since. */
  async planWithSomebodyGone(): Promise<void> {
    const { directory, settings } = this.test.exchange.store;
    await directory.save({ users: [somebody] });
    await this.plan(announce('welcome'), ring(['299']));
    await settings.change('user', somebody.id, 0, () => ({
      ...({ outcome: undefined, write: 'remove', by: { kind: 'operator' }, what: { did: 'removed' } } as const),
    }));
  }

  /** Whether a line of the log says that, in any of its fields. */
  logged(text: RegExp): boolean {
    return this.lines.some((line) => text.test(JSON.stringify(line)));
  }

  async stop(): Promise<void> {
    await this.carrier.close();
    await this.test.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function announce(sound: string): PlanStep {
  return { do: 'announce', sound };
}

/** Rings the users with these extensions. */
export function ring(extensions: readonly string[], changes: Partial<Ring> = {}): PlanStep {
  const who = extensions.map((extension) => ({ kind: 'user', user: userOf(extension) }) as const);
  return { do: 'ring', who, order: 'together', seconds: 5, waiting: 'ringback', ...changes };
}

/** Ten seconds of `long`, with key 1 for Joris. */
export function menu(changes: Partial<Menu>): PlanStep {
  const joris = { '1': user('202') };
  return { do: 'menu', sound: 'long', keys: joris, retries: 0, timeoutSeconds: 0.2, otherwise: undefined, ...changes };
}

export function userOf(extension: string): UserId {
  return userId(`voorbeeld-${extension}`);
}

export function user(extension: string): Destination {
  return { kind: 'user', user: userOf(extension) };
}

export function number(text: string): Destination {
  return { kind: 'number', number: e164(text) };
}

function e164(text: string): E164 {
  if (!isE164(text)) throw new Error(`${text} is not an international number`);
  return text;
}

async function writeSounds(folder: string): Promise<void> {
  const company = join(folder, 'sounds', 'voorbeeld');
  await mkdir(company, { recursive: true });
  const write = (path: string, ...tones: readonly (readonly [frequency: number, seconds: number])[]): Promise<void> => {
    const samples = tones.flatMap(([frequency, seconds]) => [...toneSamples(frequency, 0, seconds * sampleRate)]);
    return writeFile(path, Buffer.concat([wavHeader(samples.length), wavBytes(Int16Array.from(samples))]));
  };
  await Promise.all([
    write(join(folder, 'music.wav'), [heard.music, 1]),
    write(join(company, 'welcome.wav'), [heard.welcome, 0.24], [heard.welcomeEnds, 0.24]),
    write(join(company, 'long.wav'), [heard.long, 10]),
    ...(['nobody-available', 'cannot-be-reached', 'not-understood', 'voicemail-greeting'] as const).map((name) =>
      write(join(company, `${name}.wav`), [heard[name], 0.24]),
    ),
  ]);
}
