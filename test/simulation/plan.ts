import type { Chance } from './chance.ts';

/** What somebody does in a call once it is up, milliseconds after that. */
export interface Act {
  readonly after: number;
  readonly what: 'hang up' | 'INVITE' | 'UPDATE' | 'INFO' | 'MESSAGE' | 'OPTIONS' | 'REFER' | 'NOTIFY';
}

/** A provisional answer, milliseconds after the one before. */
export interface Provisional {
  readonly after: number;
  readonly status: number;
  readonly reliable: boolean;
}

/** How one end of a call behaves. */
export interface Conduct {
  readonly acts: readonly Act[];
  /** When its process dies, counted from the beginning; undefined: never. */
  readonly vanishes: number | undefined;
}

/** One flow, from its first request to silence. */
export type Plan = { readonly transport: 'udp' | 'tcp' } & (
  | {
      readonly kind: 'call';
      /** What a third engine in the middle does: its application joins two calls, or has it proxy the one. */
      readonly middle: 'none' | 'bridge' | 'proxy' | 'fork';
      /** Seconds between refreshes that the caller asks for. */
      readonly sessionExpires: number | undefined;
      /** When every connection is lost. */
      readonly breaks: number | undefined;
      readonly supports100rel: boolean;
      readonly cancels: number | undefined;
      readonly provisionals: readonly Provisional[];
      readonly answer: { readonly after: number; readonly status: number } | undefined;
      readonly caller: Conduct;
      readonly callee: Conduct;
    }
  | {
      readonly kind: 'subscription';
      readonly seconds: number;
      /** Milliseconds between what the notifier says. */
      readonly notifies: readonly number[];
      readonly end: 'notifier' | 'subscriber' | 'expiry';
      readonly refreshes: number | undefined;
    }
  | { readonly kind: 'single'; readonly methods: readonly ('OPTIONS' | 'REGISTER' | 'MESSAGE')[] }
);

const refusals = [302, 404, 480, 486, 488, 503, 600, 603];
const inCall = ['INVITE', 'INVITE', 'UPDATE', 'INFO', 'MESSAGE', 'OPTIONS', 'REFER', 'NOTIFY'] as const;

/** The flow that belongs to this chance. */
export function planOf(chance: Chance): Plan {
  const transport = chance.happens(0.2) ? 'tcp' : 'udp';
  const kind = chance.next();
  if (kind < 0.08) return { transport, kind: 'single', methods: some(chance, ['OPTIONS', 'REGISTER', 'MESSAGE']) };
  if (kind < 0.2) {
    return {
      transport,
      kind: 'subscription',
      seconds: chance.pick([60, 300, 3600]),
      notifies: Array.from({ length: chance.between(0, 4) }, () => chance.between(0, 20_000)),
      end: chance.pick(['notifier', 'subscriber', 'expiry']),
      refreshes: chance.happens(0.3) ? chance.between(100, 40_000) : undefined,
    };
  }
  const supports100rel = chance.happens(0.4);
  return {
    transport,
    kind: 'call',
    middle: chance.pick(['none', 'none', 'none', 'bridge', 'proxy', 'fork']),
    sessionExpires: chance.happens(0.2) ? chance.pick([90, 120, 1800]) : undefined,
    breaks: transport === 'tcp' && chance.happens(0.3) ? moment(chance, 30_000) : undefined,
    supports100rel,
    cancels: chance.happens(0.3) ? moment(chance, 20_000) : undefined,
    provisionals: Array.from({ length: chance.between(0, 3) }, () => ({
      after: moment(chance, 5000),
      status: chance.pick([180, 180, 183]),
      reliable: supports100rel && chance.happens(0.7),
    })),
    answer: chance.happens(0.06)
      ? undefined
      : { after: moment(chance, 10_000), status: chance.happens(0.75) ? 200 : chance.pick(refusals) },
    caller: conduct(chance),
    callee: conduct(chance),
  };
}

function conduct(chance: Chance): Conduct {
  const acts = Array.from({ length: chance.between(0, 3) }, (): Act => ({
    after: moment(chance, 20_000),
    what: chance.pick(inCall),
  }));
  if (chance.happens(0.4)) acts.push({ after: moment(chance, 30_000), what: 'hang up' });
  return { acts, vanishes: chance.happens(0.05) ? moment(chance, 30_000) : undefined };
}

/** Often at once or nearly so, for that is where messages cross. */
function moment(chance: Chance, most: number): number {
  return chance.happens(0.4) ? chance.between(0, 400) : chance.between(0, most);
}

function some<Item>(chance: Chance, items: readonly Item[]): Item[] {
  return Array.from({ length: chance.between(1, 4) }, () => chance.pick(items));
}
