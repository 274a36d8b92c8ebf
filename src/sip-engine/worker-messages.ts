import type { EngineStats } from './stats.ts';
import type { ControlAddress, EngineSettings, ListenAddress } from './options.ts';

/** To the worker; the first is `start`. */
export type WorkerOrder =
  | { readonly type: 'start'; readonly settings: EngineSettings }
  | { readonly type: 'stats'; readonly id: number }
  | { readonly type: 'reload-certificates' }
  | { readonly type: 'close' };

/** From the worker. */
export type WorkerReport =
  | {
      readonly type: 'ready';
      readonly control: readonly ControlAddress[];
      readonly listening: readonly ListenAddress[];
    }
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'stats'; readonly id: number; readonly stats: EngineStats }
  | { readonly type: 'closed' }
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly text: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };
