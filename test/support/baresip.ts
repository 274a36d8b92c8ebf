import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { listening } from './listening.ts';
import { NetstringReader, printNetstring } from './netstring.ts';
import { Chronicle } from './phone/chronicle.ts';
import type { Endpoint } from './phone/link.ts';
import { Timers } from './phone/timers.ts';
import { toneInFile, writeTone } from './sound-file.ts';

export interface BaresipOptions {
  readonly username: string;
  readonly password?: string;
  /** Where it registers, and sends every request; absent: it only calls URIs. */
  readonly registrar?: Endpoint;
  readonly transport?: 'udp' | 'tcp';
  readonly domain?: string;
  /** What it says all the time, Hz. */
  readonly tone: number;
  readonly answers?: 'auto' | 'manual';
  readonly codecs?: readonly ('PCMA' | 'PCMU')[];
}

const modulePaths = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules'];

/** What its control port tells; the names are baresip's: CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED, REGISTER_OK. */
const Event = z.looseObject({ event: z.literal(true), type: z.string(), param: z.string().optional() });
const Answer = z.looseObject({ response: z.literal(true), ok: z.boolean(), data: z.string().optional() });
export type BaresipEvent = z.infer<typeof Event>;

/** A real softphone of other people's making, without sound hardware: it speaks a tone from a file and records what it hears. */
export class Baresip {
  readonly events: Chronicle<BaresipEvent>;
  readonly #answers: Chronicle<z.infer<typeof Answer>>;
  #output = '';
  #control: Socket | undefined;
  readonly #exited: Promise<unknown>;

  private constructor(
    readonly options: BaresipOptions,
    /** Where it receives SIP. */
    readonly local: Endpoint,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly timers: Timers,
  ) {
    this.events = new Chronicle<BaresipEvent>(timers, ({ type, param }) => `${type} ${param ?? ''}`.trim());
    this.#answers = new Chronicle<z.infer<typeof Answer>>(timers, ({ data }) => data ?? '');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    this.#exited = once(child, 'close');
  }

  static async start(options: BaresipOptions): Promise<Baresip> {
    const address = '127.0.0.1';
    const [sip, control, rtp] = [await freePort(), await freePort(), await freePort()];
    const folder = await mkdtemp(join(tmpdir(), 'baresip-'));
    await writeTone(join(folder, 'tone.wav'), options.tone, 60);
    await writeFile(join(folder, 'config'), configuration(folder, `${address}:${sip}`, `${address}:${control}`, rtp));
    await writeFile(join(folder, 'accounts'), '');
    await writeFile(join(folder, 'contacts'), '');
    const child = spawn('baresip', ['-4', '-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const baresip = new Baresip(options, { address, port: sip }, folder, child, new Timers());
    try {
      await listening('tcp', control, 5000);
      await baresip.#listen(connect(control, address));
      // Not from the file: what happened before the control connection stood would be lost.
      await baresip.command('uanew', account(options, `${address}:${sip}`));
    } catch (error) {
      await baresip.close();
      throw new Error(`baresip did not start: ${baresip.output}`, { cause: error });
    }
    return baresip;
  }

  /** What it printed. */
  get output(): string {
    return this.#output;
  }

  async #listen(control: Socket): Promise<void> {
    const reader = new NetstringReader();
    control.on('data', (chunk: Buffer) => {
      for (const text of reader.push(chunk)) this.#hear(JSON.parse(text));
    });
    control.on('error', () => undefined);
    await once(control, 'connect', { signal: AbortSignal.timeout(2000) });
    this.#control = control;
  }

  #hear(news: unknown): void {
    const event = Event.safeParse(news);
    if (event.success) this.events.push(event.data);
    const answer = Answer.safeParse(news);
    if (answer.success) this.#answers.push(answer.data);
  }

  /** The next event of that type, each once. */
  next(type: string, { withinMs = 5000 }: { withinMs?: number } = {}): Promise<BaresipEvent> {
    return this.events.take(`${type} of baresip ${this.options.username}`, withinMs, (event) => event.type === type);
  }

  /** One of baresip's own commands (`dial`, `accept`, `hangup`, `hold`, `resume`); gives what it answers. */
  async command(command: string, params = ''): Promise<string> {
    this.#control?.write(printNetstring(JSON.stringify({ command, params })));
    const answer = await this.#answers.take(`the answer to ${command}`, 2000);
    return answer.data ?? '';
  }

  /** It registers by itself from the beginning; this waits until it is. */
  async registered({ withinMs = 5000 }: { withinMs?: number } = {}): Promise<void> {
    await this.next('REGISTER_OK', { withinMs });
  }

  dial(uri: string): Promise<string> {
    return this.command('dial', uri);
  }

  answer(): Promise<string> {
    return this.command('accept');
  }

  hangUp(): Promise<string> {
    return this.command('hangup');
  }

  /**
   * Which share of the sound it heard was that tone, at its best, 0 to 1. Look after the
   * call: the recording is complete then.
   */
  async heard(frequency: number): Promise<number> {
    const recordings = (await readdir(this.folder)).filter((file) => /^dump-.*dec.*\.wav$/.test(file));
    const shares = await Promise.all(recordings.map((file) => toneInFile(join(this.folder, file), frequency)));
    return Math.max(0, ...shares);
  }

  /** Ends it, and removes its files. Safe to call twice. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      const late = setTimeout(() => this.child.kill('SIGKILL'), 3000);
      await this.#exited;
      clearTimeout(late);
    }
    this.#control?.destroy();
    this.timers.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function account(options: BaresipOptions, local: string): string {
  const { username, password, registrar, transport = 'udp', answers = 'auto', codecs = ['PCMA', 'PCMU'] } = options;
  const server = registrar === undefined ? local : `${registrar.address}:${registrar.port}`;
  const parameters = [
    `<sip:${username}@${options.domain ?? server};transport=${transport}>`,
    ...(password === undefined ? [] : [`auth_user=${username}`, `auth_pass=${password}`]),
    ...(registrar === undefined ? ['regint=0'] : [`outbound="sip:${server};transport=${transport}"`, 'regint=60']),
    `audio_codecs=${codecs.join(',')}`,
    `answermode=${answers}`,
  ];
  return parameters.join(';');
}

function configuration(folder: string, sip: string, control: string, rtpPort: number): string {
  const lines = [
    `sip_listen ${sip}`,
    // Without it baresip leaves the loopback interface out.
    'net_interface 127.0.0.1',
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    'audio_player aubridge,nowhere',
    'audio_alert aubridge,nowhere',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `rtp_ports ${rtpPort}-${rtpPort + 20}`,
    `module_path ${modulePaths.find((path) => existsSync(path)) ?? ''}`,
    ...['g711', 'aufile', 'aubridge', 'sndfile', 'ctrl_tcp'].map((name) => `module ${name}.so`),
    ...['account', 'menu'].map((name) => `module_app ${name}.so`),
    `ctrl_tcp_listen ${control}`,
    `snd_path ${folder}`,
  ];
  return `${lines.join('\n')}\n`;
}
