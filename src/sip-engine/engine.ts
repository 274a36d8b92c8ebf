import type { Worker } from 'node:worker_threads';
import {
  type ControlAddress,
  type EngineOptions,
  type EngineSettings,
  type ListenAddress,
  settingsOf,
} from './options.ts';
import { spawnWorker } from './spawn.ts';
import type { EngineStats } from './stats.ts';
import type { WorkerOrder, WorkerReport } from './worker-messages.ts';

export type {
  CertificateFiles,
  ControlAddress,
  EngineLimits,
  EngineOptions,
  EngineTimers,
  ExternalAddress,
  ListenAddress,
  ListenerTls,
  TlsSettings,
  OverloadOptions,
} from './options.ts';
export type { EngineStats } from './stats.ts';

export type EngineEvent =
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly text: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  /** The engine's thread ended without being asked to: no call is handled any more. Start another. */
  | { readonly type: 'died'; readonly why: string };

export interface SipEngine {
  /** Where a drachtio application on this machine connects, and with what. */
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  /** Every control port, with the ports that were free. */
  readonly controlPorts: readonly ControlAddress[];
  /** With the ports that were free. */
  readonly listening: readonly ListenAddress[];
  stats(): Promise<EngineStats>;
  /** Reads the certificate files again, also those that look unchanged. What cannot be used is logged, and the old stays. */
  reloadCertificates(): void;
  /** Lets go of every socket. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a SIP server that drachtio-srf cannot tell from drachtio-server, in a worker thread.
 * Rejects with an Error that says which port could not be bound, and what to do.
 */
export async function startEngine(options: EngineOptions, onEvent: (event: EngineEvent) => void): Promise<SipEngine> {
  const settings = settingsOf(options);
  const thread = new EngineThread(spawnWorker(), onEvent);
  thread.start(settings);
  const { control, listening } = await thread.ready;
  const near = control.find(({ tls }) => tls === undefined) ?? control[0];
  return {
    control: { host: reachable(near?.address), port: near?.port ?? 0, secret: options.secret },
    controlPorts: control,
    listening,
    stats: () => thread.stats(),
    reloadCertificates: () => {
      thread.reloadCertificates();
    },
    close: () => thread.close(),
  };
}

/** Every address is also this one. */
function reachable(address = '127.0.0.1'): string {
  return address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
}

type Ready = WorkerReport & { readonly type: 'ready' };

/** The main thread's end of the worker. */
class EngineThread {
  readonly ready: Promise<Ready>;
  readonly #asked = new Map<number, (answer: EngineStats | Error) => void>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #state: 'starting' | 'running' | 'closing' | 'over' = 'starting';
  /** What its thread threw. */
  #thrown: string | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (report: WorkerReport) => {
        if (report.type === 'ready') {
          this.#state = 'running';
          resolve(report);
        } else if (report.type === 'failed') {
          this.#state = 'closing';
          reject(new Error(report.why));
        } else if (report.type === 'closed') {
          // Its sockets are closed; transactions that would linger for half a minute end with the thread.
          void worker.terminate();
        } else this.#take(report);
      });
      worker.on('error', (error: Error) => {
        this.#thrown = error.message;
        if (this.#state === 'starting') reject(error);
      });
    });
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#over(code);
        resolve();
      });
    });
  }

  start(settings: EngineSettings): void {
    this.#order({ type: 'start', settings });
  }

  stats(): Promise<EngineStats> {
    if (this.#state !== 'running') return Promise.reject(new Error(notRunning));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, (answer) => {
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
      this.#order({ type: 'stats', id });
    });
  }

  reloadCertificates(): void {
    if (this.#state === 'running') this.#order({ type: 'reload-certificates' });
  }

  async close(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'closing';
      this.#order({ type: 'close' });
    }
    await this.#exited;
  }

  #take(report: WorkerReport): void {
    if (report.type === 'log') this.onEvent(report);
    if (report.type !== 'stats') return;
    this.#asked.get(report.id)?.(report.stats);
    this.#asked.delete(report.id);
  }

  #order(order: WorkerOrder): void {
    this.worker.postMessage(order);
  }

  #over(code: number): void {
    const unexpected = this.#state === 'running';
    this.#state = 'over';
    for (const answer of this.#asked.values()) answer(new Error(notRunning));
    this.#asked.clear();
    if (unexpected) this.onEvent({ type: 'died', why: this.#thrown ?? `its thread ended with code ${String(code)}` });
  }
}

const notRunning = 'the engine is closed, or has died';
