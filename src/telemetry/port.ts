import type { CallRecord } from '../call/record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where the program says what it does: one line per transition, its facts as fields. */
export interface Log {
  trace(fields: Fields, message: string): void;
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  fatal(fields: Fields, message: string): void;
  /** A log whose every line carries these fields. */
  child(fields: Fields): Log;
}

/** How a REGISTER ended. */
export type RegistrationResult = 'accepted' | 'removed' | 'challenged' | 'refused' | 'failed';

/** What is counted. No method throws, and none takes a number, a name or an address of anybody. */
export interface Metrics {
  callStarted(direction: CallRecord['direction']): void;
  /** Counts the call by direction, outcome and whose fault it was, and how long it took to be answered. */
  callEnded(record: CallRecord): void;
  /** From an INVITE's arrival until ours to the first called party was handed to the SIP engine. */
  inviteForwarded(seconds: number): void;
  registration(result: RegistrationResult): void;
  /** A call's record could not be written. */
  recordFailed(): void;
  /** What to ask at each scrape. Those that are not given are not shown. */
  watch(sources: LiveSources): void;
}

/** What lives now. A source that fails leaves its gauge at its last value. */
export interface LiveSources {
  readonly calls?: () => number;
  readonly legs?: () => number;
  readonly bindings?: () => Promise<number>;
  readonly media?: () => { readonly endpoints: number; readonly portsUsed: number; readonly portsFree: number };
  /** Of each trunk whether it answers and whether it is registered with; undefined: it is not asked to. */
  readonly trunks?: () => readonly {
    readonly trunk: string;
    readonly up: boolean | undefined;
    readonly registered: boolean | undefined;
  }[];
  /** Numbers, or objects of numbers, by name: each becomes a gauge `qaller_engine_…`. */
  readonly engine?: () => object | Promise<object>;
}
