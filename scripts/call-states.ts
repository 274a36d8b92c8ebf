/** Writes docs/architecture/call-states.md: which phases a call goes through, walked out of the machine itself. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../src/call/effect.ts';
import { type CallEvent, type CallEventType, unheard } from '../src/call/event.ts';
import { calleeLeg, callerLeg, type LegId, type Target } from '../src/call/party.ts';
import type { RouteStep, Whereabouts } from '../src/call/route-step.ts';
import { type CallState, newCall, type Phase } from '../src/call/state.ts';
import { transition } from '../src/call/transition.ts';
import { newTrunk } from '../src/directory/new.ts';
import type { TenantId, TrunkId, UserId } from '../src/directory/types.ts';

export const callStatesFile = fileURLToPath(new URL('../docs/architecture/call-states.md', import.meta.url));

type Happening<Type extends CallEventType> = Omit<Extract<CallEvent, { type: Type }>, 'at' | 'type'>;

const tenant = 'company' as TenantId;
const at: Whereabouts = {
  ...{ tenant, direction: 'inbound', dialled: '', plan: undefined, visited: [], hops: 0, prefix: undefined },
  ...{ outsideSees: 'caller', stranger: undefined, diverted: [] },
};
const someone: Target = {
  kind: 'trunk',
  trunk: newTrunk({ id: 'carrier' as TrunkId, host: '' }),
  number: '',
  otherwise: [newTrunk({ id: 'other' as TrunkId, host: '' })],
  user: undefined,
};
const presentation = { display: undefined, number: undefined, asserted: undefined, diverted: [] };
/** Two parties at a time. */
const ringTwo: RouteStep = {
  do: 'ring',
  targets: [someone, { ...someone, otherwise: [] }].map((target) => ({ target, presentation })),
  seconds: 20,
  waiting: 'ringback',
};
const ringOne: RouteStep = {
  ...ringTwo,
  targets: [{ target: { ...someone, otherwise: [] }, presentation }],
  waiting: 'music',
};
const spoken: readonly RouteStep[] = [
  { do: 'announce', sound: '' },
  { do: 'menu', sound: '', keys: ['1'], retries: 0, timeoutSeconds: 1 },
  { do: 'voicemail', box: '' as UserId },
];
const turns = [1, 2, 3, 4];

const moves = (turn: number, steps: readonly RouteStep[]): readonly Happening<'routed'>[] =>
  steps.map((step) => ({ turn, move: { tenant, direction: 'inbound', step, at, notes: [] } }));

const callees = [1, 2, 3].map(calleeLeg);
const ofEach = <Parts>(parts: (leg: LegId) => Parts): readonly Parts[] => callees.map(parts);

/** Each event in every form that makes a difference; a new type of event does not compile until it is here. */
const happenings: { readonly [Type in CallEventType]: readonly Happening<Type>[] } = {
  offered: [
    {
      caller: { kind: 'trunk', trunk: 'carrier' as TrunkId, tenant: undefined, number: undefined, name: undefined },
      dialled: '',
    },
  ],
  routed: [
    ...moves(1, [ringTwo, { ...ringTwo, targets: [] }, ...spoken]),
    ...[2, 3].flatMap((turn) => moves(turn, turn === 2 ? [ringOne, { do: 'give-up' }] : [{ do: 'give-up' }])),
  ],
  unroutable: [1, 2].map((turn) => ({ turn, fault: 'NO_SUCH_NUMBER' })),
  'media-opened': [{}],
  'media-failed': [{ fault: 'MEDIA_FAILED' }],
  invited: ofEach((leg) => ({ leg })),
  ringing: ofEach((leg) => ({ leg, status: 180 })),
  answered: ofEach((leg) => ({ leg })),
  refused: ofEach((leg) => ({ leg, status: 486 })),
  'media-connected': ofEach((leg) => ({ leg })),
  'not-connected': ofEach((leg) => ({ leg, fault: 'NO_COMMON_CODEC' })),
  attended: [{}],
  'not-attended': [{ fault: 'NO_COMMON_CODEC' }],
  played: turns.map((turn) => ({ turn })),
  'not-played': turns.map((turn) => ({ turn, fault: 'SOUND_UNREADABLE' })),
  key: [{ key: '1' }, { key: '#' }],
  recorded: [{ milliseconds: 0 }, { milliseconds: 5_000 }],
  'not-recorded': [{ fault: 'RECORDING_FAILED' }],
  accepted: [{}],
  'not-accepted': [{}],
  confirmed: [{}],
  cancelled: [{}],
  'hung-up': [callerLeg, ...callees].map((leg) => ({ leg, why: '' })),
  'media-silent': [{ side: 'caller' }],
  'media-closed': [{ media: undefined }],
  timer: [
    { timer: 'ring' },
    { timer: 'reassure' },
    { timer: 'longest' },
    { timer: 'linger' },
    { timer: 'patience' },
    ...ofEach((leg) => ({ timer: unheard(leg) })),
  ],
  stopped: [{ fault: 'SHUTTING_DOWN' }],
};

const events = Object.entries(happenings).flatMap(([type, forms]) =>
  forms.map((form) => ({ at: 0, type, ...form }) as CallEvent),
);

const phases = {
  new: 0,
  routing: 1,
  opening: 2,
  attending: 3,
  announcing: 4,
  menu: 5,
  voicemail: 6,
  ringing: 7,
  connecting: 8,
  parting: 9,
  talking: 10,
  over: 11,
  gone: 12,
} satisfies Record<Phase, number>;

/** What never makes a difference to what a call does next. */
const irrelevant = new Set([
  'target',
  'presentation',
  'at',
  'notes',
  'direction',
  'ending',
  'outcome',
  'fault',
  'since',
  'speechless',
  'reason',
]);

const policy = { longestCallMs: 1, lingerMs: 1, trunkAnswerMs: 1 };

interface Row {
  readonly from: Phase;
  readonly event: string;
  readonly to: Set<Phase>;
  readonly effects: Set<Effect['do']>;
}

/** Every state that can be reached, met with every event; what changes nothing and does nothing is left out. */
function walk(): readonly Row[] {
  const rows = new Map<string, Row>();
  const seen = new Set([keyOf(newCall)]);
  const ahead: CallState[] = [newCall];
  // The list grows as it is walked.
  for (const state of ahead) {
    for (const event of events) {
      const [next, effects] = transition(state, event, policy);
      if (next === state && effects.length === 0) continue;
      note(rows, state.phase, event, next.phase, effects);
      // Three questions and last words are as good as a hundred, and so is one key.
      const enough = next.phase === 'parting' ? 4 : 3;
      if ('live' in next && (next.live.turn > enough || next.live.typed.length > 0)) continue;
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      ahead.push(next);
    }
  }
  return [...rows.values()].sort((one, other) => phases[one.from] - phases[other.from]);
}

function keyOf(state: CallState): string {
  return JSON.stringify(state, (name, value: unknown) => (irrelevant.has(name) ? undefined : value));
}

function note(rows: Map<string, Row>, from: Phase, event: CallEvent, to: Phase, effects: readonly Effect[]): void {
  const name = event.type === 'timer' ? `timer ${event.timer.replace(/ .*/, '')}` : event.type;
  const key = `${from} ${name}`;
  const row = rows.get(key) ?? { from, event: name, to: new Set<Phase>(), effects: new Set<Effect['do']>() };
  row.to.add(to);
  for (const effect of effects) row.effects.add(effect.do);
  rows.set(key, row);
}

function inOrder(some: Iterable<Phase>): readonly Phase[] {
  return [...new Set(some)].sort((one, other) => phases[one] - phases[other]);
}

/** The text of docs/architecture/call-states.md. */
export function callStates(): string {
  const rows = walk();
  const arrows = Object.keys(phases).flatMap((from) =>
    inOrder(rows.filter((row) => row.from === from).flatMap(({ to }) => [...to]))
      .filter((to) => to !== from)
      .map((to) => {
        const by = rows.filter((row) => row.from === from && row.to.has(to)).map(({ event }) => event);
        return `  ${from} --> ${to}: ${by.join(', ')}`;
      }),
  );
  const table = rows.map(
    ({ from, event, to, effects }) => `| ${from} | ${event} | ${inOrder(to).join(', ')} | ${[...effects].join(', ')} |`,
  );
  return [
    '# The states of a call',
    '',
    'Written by `npm run docs:states`, which meets every state that `transition` can reach with every event.',
    'What is not drawn here changes nothing. [How a call flows](how-a-call-flows.md) tells what the phases are for.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> new',
    ...arrows,
    '  gone --> [*]',
    '```',
    '',
    'Where an event may lead to several phases, or may have several effects, the legs of the call decide.',
    '',
    '| phase | event | becomes | what is then done |',
    '|---|---|---|---|',
    ...table,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(callStatesFile, callStates());
