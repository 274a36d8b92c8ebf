import assert from 'node:assert/strict';
import { newTrunk } from '../../../src/directory/new.ts';
import type { TrunkId } from '../../../src/directory/types.ts';
import { calledOf, endingOf, whatToDo } from '../../../src/verification/called.ts';
import { newSpokenCall, rounds, spoken, type SpokenEvent } from '../../../src/verification/spoken-call.ts';

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at'> : never;
type Happening = Untimed<SpokenEvent>;

const trunk = (id: string) => newTrunk({ id: id as TrunkId, host: `${id}.example` });

/** What is done at each event, in words: `ring 1`, `told`; timers left out. */
function ladder(events: readonly Happening[], trunks = ['one', 'two']) {
  let call = newSpokenCall(1_000, trunks.map(trunk));
  const armed = new Set<string>();
  const done = events.map((event, index) => {
    const [after, effects] = spoken(call, { ...event, at: 2_000 + index });
    call = after;
    for (const effect of effects) {
      if (effect.do === 'arm') armed.add(effect.timer);
      if (effect.do === 'disarm') armed.delete(effect.timer);
    }
    return effects
      .filter((effect) => effect.do !== 'arm' && effect.do !== 'disarm')
      .map((effect) => ('leg' in effect ? `${effect.do} ${String(effect.leg)}` : effect.do))
      .join(', ');
  });
  if (call.phase === 'over') assert.deepEqual([...armed], [], 'a timer is still armed');
  return { call, done, came: call.phase === 'over' ? call.called.is : undefined, armed };
}

const opened: Happening = { type: 'opened' };
const ringing: Happening = { type: 'ringing', leg: 1 };
const answered: Happening = { type: 'answered', leg: 1, answer: 'v=0' };
const connected: Happening = { type: 'connected' };
const said: Happening = { type: 'said' };
const hungUp: Happening = { type: 'hung-up', leg: 1 };
const refused = (status: number, leg = 1): Happening => ({ type: 'refused', leg, status });
const timer = (name: 'unheard' | 'unanswered' | 'longest'): Happening => ({ type: 'timer', timer: name });

describe('a call that tells a code', () => {
  it('says the code three times, and hangs up', () => {
    const { done, came, call } = ladder([opened, ringing, answered, connected, said, said, said]);
    assert.equal(rounds, 3);
    assert.deepEqual(done, ['ring 1', '', 'connect', 'told', 'say', 'say', 'hang-up 1, close']);
    assert.equal(came, 'told');
    assert.deepEqual([call.startedAt, call.ringingAt, call.answeredAt], [1_000, 2_001, 2_002]);
    assert.deepEqual(call.attempts[0]?.end, { outcome: 'answered', status: 200 });
  });

  it('has told it when the telephone hangs up after the first time, and has not before that', () => {
    assert.equal(ladder([opened, answered, connected, said, hungUp]).came, 'heard');
    assert.equal(ladder([opened, answered, connected, hungUp]).came, 'hung-up');
    assert.equal(ladder([opened, answered, hungUp]).came, 'hung-up');
  });

  for (const [status, came] of [
    [486, 'busy'],
    [600, 'busy'],
    [603, 'declined'],
    [404, 'unknown-number'],
    [480, 'unreachable'],
    [488, 'no-codec'],
    [302, 'failed'],
  ] as const)
    it(`takes ${String(status)} for an answer, and asks no other trunk`, () => {
      const { done, came: is } = ladder([opened, ringing, refused(status)]);
      assert.deepEqual([done.at(-1), is], ['close', came]);
    });

  for (const status of [401, 403, 407, 408, 500, 503, 504])
    it(`goes to the next trunk on ${String(status)}, and has failed when that says the same`, () => {
      const { done, call } = ladder([opened, refused(status), refused(status, 2)]);
      assert.deepEqual(done, ['ring 1', 'ring 2', 'close']);
      assert.deepEqual(
        call.attempts.map(({ trunk: { id }, end }) => [id, end?.status]),
        [
          ['one', status],
          ['two', status],
        ],
      );
    });

  it('passes over a trunk that says nothing, and hangs up when that one answers all the same', () => {
    const { done, came } = ladder([opened, timer('unheard'), answered, refused(486, 2)]);
    assert.deepEqual(done, ['ring 1', 'cancel 1, ring 2', 'hang-up 1', 'close']);
    assert.equal(came, 'busy');
  });

  it('waits for a silent trunk when there is no other, and no longer for one that rings', () => {
    assert.deepEqual(ladder([opened, timer('unheard')], ['one']).done, ['ring 1', '']);
    assert.deepEqual(ladder([opened, ringing, timer('unheard')]).done, ['ring 1', '', '']);
    assert.deepEqual([...ladder([opened, ringing]).armed], ['unanswered']);
  });

  it('passes over a trunk that is full, and has failed when all are', () => {
    const full = (leg: number): Happening => ({ type: 'full', leg });
    const { done, came } = ladder([opened, full(1), full(2)]);
    assert.deepEqual([done, came], [['ring 1', 'ring 2', 'close'], 'failed']);
  });

  it('gives up when nobody answers, and hangs up on an answer that comes too late', () => {
    const { done, came, call } = ladder([opened, ringing, timer('unanswered'), answered]);
    assert.deepEqual(done, ['ring 1', '', 'cancel 1, close', 'hang-up 1']);
    assert.deepEqual([came, call.attempts[0]?.end?.outcome], ['no-answer', 'no-answer']);
  });

  it('hangs up on a telephone that it cannot speak to', () => {
    const { done, came } = ladder([opened, answered, { type: 'not-connected', why: 'no-codec' }]);
    assert.deepEqual([done.at(-1), came], ['hang-up 1, close', 'no-codec']);
  });

  it('ends when it is kept waiting for too long, in every phase of the talk', () => {
    assert.equal(ladder([opened, answered, timer('longest')]).came, 'failed');
    assert.equal(ladder([opened, answered, connected, timer('longest')]).came, 'failed');
    assert.equal(ladder([opened, answered, connected, said, timer('longest')]).came, 'told');
  });

  it('stops whenever it is told to, once, and leaves nobody in the line', () => {
    const course = [opened, ringing, answered, connected, said];
    const last = [
      'close',
      'cancel 1, close',
      'cancel 1, close',
      'hang-up 1, close',
      'hang-up 1, close',
      'hang-up 1, close',
    ];
    for (let length = 0; length <= course.length; length++) {
      const events: Happening[] = [...course.slice(0, length), { type: 'stopped' }, { type: 'stopped' }];
      assert.deepEqual(ladder(events).done.slice(-2), [last[length], '']);
    }
  });

  it('takes any event in any phase', () => {
    const all: Happening[] = [opened, ringing, answered, connected, said, hungUp, refused(500), refused(486, 2)];
    all.push({ type: 'full', leg: 1 }, { type: 'media-failed' }, { type: 'not-connected', why: 'media' });
    all.push(timer('unheard'), timer('unanswered'), timer('longest'), { type: 'stopped' });
    for (const one of all)
      for (const two of all) for (const three of all) ladder([opened, one, two, three, { type: 'stopped' }]);
  });

  it('says what to do, whatever came of it', () => {
    for (let status = 300; status < 700; status++) {
      const called = calledOf(status);
      assert.match(whatToDo(called), /: /);
      assert.notEqual(endingOf(called).fault, undefined);
    }
  });
});
