import assert from 'node:assert/strict';
import {
  type ForkingAction,
  type ForkingEvent,
  type ForkingRules,
  newForking,
} from '../../../../../src/sip-engine/core/proxy/forking.ts';
import { stepForking } from '../../../../../src/sip-engine/core/proxy/forking-step.ts';

const serial: ForkingRules = {
  kind: 'invite',
  order: 'serial',
  provisionalTimeout: undefined,
  finalTimeout: undefined,
  timerC: 180_000,
  cancelTimeout: 32_000,
  followRedirects: false,
  mostBranches: 8,
};
const simultaneous: ForkingRules = { ...serial, order: 'simultaneous' };

/** `find 0, answer 486 of 0, done`: what a step does, in one line. */
function shown(actions: readonly ForkingAction[]): string {
  return actions.map(shownOne).join(', ');
}

function shownOne(action: ForkingAction): string {
  switch (action.do) {
    case 'arm':
      return `arm ${action.timer} ${String(action.branch)} ${String(action.ms)}`;
    case 'disarm':
      return `disarm ${action.timer} ${String(action.branch)}`;
    case 'cancel':
      return `cancel ${String(action.branch)}${action.why === undefined ? '' : ` for ${String(action.why)}`}`;
    case 'answer': {
      const { verdict } = action;
      if (verdict.from === 'here') return `answer ${String(verdict.status)}`;
      const others = verdict.challenges.length === 0 ? '' : ` with ${verdict.challenges.join(' ')}`;
      return `answer of ${String(verdict.branch)}${others}`;
    }
    case 'find':
    case 'send':
    case 'give-up':
      return `${action.do} ${String(action.branch)}`;
    default:
      return action.do;
  }
}

/** `0 180`, `1 302 sip:x sip:y`, `0 ready`, `0 failed 408`, `0 timer final`, `cancel`: one event, in one line. */
function eventOf(text: string): ForkingEvent {
  const [first = '', second = '', ...others] = text.split(' ');
  if (first === 'start' || first === 'cancel') return { type: first };
  const branch = Number(first);
  switch (second) {
    case 'ready':
    case 'unsendable':
      return { type: second, branch };
    case 'failed':
      return { type: 'failed', branch, status: Number(others[0]) };
    case 'timer':
      return { type: 'timer', branch, timer: others[0] as 'provisional' | 'final' | 'C' | 'cancel' };
    default:
      return { type: 'response', branch, status: Number(second), contacts: others };
  }
}

/** Without the timers, which have rows of their own. */
function ladder(
  rules: ForkingRules,
  targets: number,
  rows: readonly (readonly [event: string, does: string])[],
  timers: 'timers' | 'no timers' = 'no timers',
): string {
  let state = newForking(Array.from({ length: targets }, (_, at) => `sip:${String(at)}@example.com`));
  for (const [event, does] of rows) {
    const [next, actions] = stepForking(state, eventOf(event), rules);
    const seen = timers === 'timers' ? actions : actions.filter((one) => one.do !== 'arm' && one.do !== 'disarm');
    assert.equal(shown(seen), does, `after ${event}`);
    state = next;
  }
  return state.search.at === 'over' ? state.search.as : state.search.at;
}

describe('the forking of a proxied request', () => {
  it('passes one branch on: provisionals but 100, the 2xx at once and each time that it comes', () => {
    const end = ladder(serial, 1, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 100', ''],
      ['0 180', 'forward'],
      ['0 180', 'forward'],
      ['0 200', 'forward, report, done'],
      ['0 200', 'forward'],
      ['cancel', ''],
    ]);
    assert.equal(end, 'success');
  });

  it('tries the next destination when one is busy, and takes the best answer when all have failed', () => {
    ladder(serial, 3, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 500', 'report, find 1'],
      ['1 ready', 'send 1'],
      ['1 180', 'forward'],
      ['1 486', 'report, find 2'],
      ['2 unsendable', 'answer of 1, done'],
    ]);
  });

  it('asks nobody further once somebody declined for everybody', () => {
    ladder(serial, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 603', 'report, answer of 0, done'],
      ['0 603', ''],
    ]);
  });

  it('cancels who rings when another answers, waits with the CANCEL for who was silent, and passes late 2xx on', () => {
    ladder(simultaneous, 4, [
      ['start', 'find 0, find 1, find 2, find 3'],
      ['0 ready', 'send 0'],
      ['1 ready', 'send 1'],
      ['2 ready', 'send 2'],
      ['1 180', 'forward'],
      ['0 200', 'forward, report, done, cancel 1 for 200'],
      ['3 ready', ''],
      ['1 487', ''],
      ['2 180', 'cancel 2'],
      ['2 200', 'forward'],
      ['2 200', 'forward'],
    ]);
  });

  it('holds a 6xx back until those who were cancelled have ended, for one of them may have answered', () => {
    const begin = [
      ['start', 'find 0, find 1'],
      ['0 ready', 'send 0'],
      ['1 ready', 'send 1'],
      ['1 180', 'forward'],
      ['0 603', 'report, cancel 1 for 603'],
    ] as const;
    assert.equal(ladder(simultaneous, 2, [...begin, ['1 487', 'report, answer of 0, done']]), 'failure');
    assert.equal(ladder(simultaneous, 2, [...begin, ['1 200', 'forward, report, done']]), 'success');
    ladder(simultaneous, 2, [...begin, ['1 timer cancel', 'give-up 1, answer of 0, done']]);
  });

  it('ends every branch when the caller gives up, and tells him 487', () => {
    ladder(serial, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 180', 'forward'],
      ['cancel', 'cancel 0'],
      ['cancel', ''],
      ['0 487', 'report, answer of 0, done'],
    ]);
  });

  it('does not wait for the silent when the caller gives up, but cancels them when they speak', () => {
    ladder(serial, 1, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['cancel', 'answer 487, done'],
      ['0 100', 'cancel 0'],
      ['0 180', ''],
      ['0 487', ''],
    ]);
    ladder(serial, 1, [
      ['start', 'find 0'],
      ['cancel', 'answer 487, done'],
      ['0 ready', ''],
    ]);
  });

  it('passes on the 2xx that crossed the CANCEL', () => {
    ladder(serial, 1, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 180', 'forward'],
      ['cancel', 'cancel 0'],
      ['0 200', 'forward, report, done'],
    ]);
  });

  it('asks the caller for credentials before it tries the next, or for all of them at once', () => {
    ladder(serial, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 407', 'report, answer of 0, done'],
    ]);
    ladder(simultaneous, 4, [
      ['start', 'find 0, find 1, find 2, find 3'],
      ['0 ready', 'send 0'],
      ['1 ready', 'send 1'],
      ['2 ready', 'send 2'],
      ['3 unsendable', ''],
      ['0 401', 'report'],
      ['1 404', 'report'],
      ['2 407', 'report, answer of 0 with 2, done'],
    ]);
  });

  it('says 500 where a 503 is the best, 408 where nobody spoke, and refuses what could not be sent at all', () => {
    const begin = [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
    ] as const;
    ladder(serial, 1, [...begin, ['0 503', 'report, answer 500, done']]);
    ladder(serial, 1, [...begin, ['0 failed 503', 'answer 500, done']]);
    ladder(serial, 1, [...begin, ['0 failed 408', 'answer 408, done']]);
    ladder(serial, 2, [
      ['start', 'find 0'],
      ['0 unsendable', 'find 1'],
      ['1 unsendable', 'refuse'],
    ]);
    ladder(serial, 0, [['start', 'refuse']]);
  });

  it('prefers 3xx to 4xx to 5xx, and a refusal to the silence of another', () => {
    const two = (first: string, second: string, verdict: string): void => {
      ladder(simultaneous, 2, [
        ['start', 'find 0, find 1'],
        ['0 ready', 'send 0'],
        ['1 ready', 'send 1'],
        [`0 ${first}`, first.startsWith('failed') ? '' : 'report'],
        [`1 ${second}`, `${second.startsWith('failed') ? '' : 'report, '}${verdict}, done`],
      ]);
    };
    two('486', '302', 'answer of 1');
    two('503', '500', 'answer of 1');
    two('failed 408', '480', 'answer of 1');
    two('480', 'failed 408', 'answer of 0');
    two('486', '404', 'answer of 0');
    two('486', '484', 'answer of 1');
    two('500', 'failed 408', 'answer 408');
  });

  it('follows a redirection: the new targets next, none twice, and no more than it may', () => {
    const follows: ForkingRules = { ...serial, followRedirects: true, mostBranches: 4 };
    ladder(follows, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 302 sip:x@example.com sip:0@example.com sip:x@example.com', 'report, find 2'],
      ['2 ready', 'send 2'],
      ['2 302 sip:y@example.com sip:z@example.com', 'report, find 3'],
      ['3 ready', 'send 3'],
      ['3 302 sip:z@example.com', 'report, find 1'],
      ['1 ready', 'send 1'],
      ['1 486', 'report, answer of 3, done'],
    ]);
    ladder(serial, 1, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 302 sip:x@example.com', 'report, answer of 0, done'],
    ]);
  });

  it('gives up a silent destination after the provisional timeout, and cancels it when it speaks after all', () => {
    ladder({ ...serial, provisionalTimeout: 1000 }, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 timer provisional', 'find 1'],
      ['1 ready', 'send 1'],
      ['0 180', 'cancel 0'],
      ['1 180', 'forward'],
      ['1 timer provisional', ''],
      ['0 487', 'report'],
      ['1 486', 'report, answer of 1, done'],
    ]);
  });

  it('cancels who rings for too long, and tries the next', () => {
    ladder({ ...serial, finalTimeout: 20_000 }, 2, [
      ['start', 'find 0'],
      ['0 ready', 'send 0'],
      ['0 180', 'forward'],
      ['0 timer final', 'cancel 0, find 1'],
      ['0 180', ''],
      ['1 ready', 'send 1'],
      ['0 487', 'report'],
      ['1 timer C', 'answer 408, done'],
    ]);
  });

  it('runs timer C anew with each provisional but 100, and leaves no timer behind', () => {
    const rules: ForkingRules = { ...serial, provisionalTimeout: 1000, finalTimeout: 20_000 };
    const begin = [
      ['start', 'find 0'],
      ['0 ready', 'arm provisional 0 1000, arm C 0 180000, arm final 0 20000, send 0'],
      ['0 100', 'disarm provisional 0'],
      ['0 180', 'arm C 0 180000, forward'],
    ] as const;
    ladder(rules, 1, [...begin, ['0 200', 'disarm all 0, forward, report, done']], 'timers');
    ladder(rules, 1, [...begin, ['0 486', 'disarm all 0, report, answer of 0, done']], 'timers');
    ladder(
      rules,
      1,
      [
        ...begin,
        ['cancel', 'disarm all 0, cancel 0, arm cancel 0 32000'],
        ['0 487', 'disarm all 0, report, answer of 0, done'],
      ],
      'timers',
    );
  });

  it('gives a request other than INVITE one answer, and cancels none', () => {
    const message: ForkingRules = { ...simultaneous, kind: 'non-invite', provisionalTimeout: 500, finalTimeout: 5000 };
    ladder(
      message,
      2,
      [
        ['start', 'find 0, find 1'],
        ['0 ready', 'arm final 0 5000, send 0'],
        ['1 ready', 'arm final 1 5000, send 1'],
        ['cancel', ''],
        ['0 timer final', 'disarm all 0'],
        ['1 200', 'disarm all 1, forward, report, done'],
        ['0 200', 'disarm all 0'],
      ],
      'timers',
    );
  });

  it('does what is asked of it in any order without an exception, and answers once', () => {
    const kinds = ['ready', 'unsendable', '100', '180', '200', '302 sip:n@example.com', '407', '486', '503', '603'];
    const timers = ['timer provisional', 'timer final', 'timer C', 'timer cancel', 'failed 408'];
    let seed = 7;
    const chance = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    for (let round = 0; round < 2000; round++) {
      const rules = { ...(chance(2) === 0 ? serial : simultaneous), followRedirects: chance(2) === 0, mostBranches: 5 };
      let [state] = stepForking(newForking(['sip:a@a', 'sip:b@b', 'sip:c@c']), { type: 'start' }, rules);
      let ends = 0;
      for (let count = 0; count < 40; count++) {
        const which = [...kinds, ...timers][chance(kinds.length + timers.length)] ?? '';
        const text = chance(25) === 0 ? 'cancel' : `${String(chance(5))} ${which}`;
        const [next, actions] = stepForking(state, eventOf(text), rules);
        ends += actions.filter((action) => action.do === 'done' || action.do === 'refuse').length;
        state = next;
      }
      assert.ok(ends <= 1 && (state.search.at === 'over') === (ends === 1));
    }
  });
});
