import assert from 'node:assert/strict';
import { TelephoneUse } from '../../../src/app/telephone-use.ts';
import type { CallEvent } from '../../../src/call/event.ts';
import { calleeLeg, type Caller, type CallId } from '../../../src/call/party.ts';
import { type CallState, newCall } from '../../../src/call/state.ts';
import type { UserId } from '../../../src/directory/types.ts';
import { callerCalled, phoneOf } from '../../support/people.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const alice = 'alice' as UserId;
const bobby = 'bobby' as UserId;

describe('who is on the telephone', () => {
  it('is who calls, from the first moment, and who was answered, from then on, until the call is over', () => {
    const { use, moved, clock } = watched();
    moved('one', offered(callerCalled('alice')), newCall);
    assert.deepEqual([use.of(alice).busy, use.of(bobby).busy], [true, false]);
    moved('one', { at: 0, type: 'accepted' }, talking('bobby'));
    assert.deepEqual([use.of(alice).busy, use.of(bobby).busy], [true, true]);
    clock.advance(5_000);
    moved('one', { at: 0, type: 'hung-up', leg: calleeLeg(1), why: 'BYE' }, over);
    assert.deepEqual(use.of(alice), { busy: false, idleSince: clock.now() });
    assert.deepEqual(use.of(bobby), { busy: false, idleSince: clock.now() });
  });

  it('stays on it until the last of several calls is over', () => {
    const { use, moved } = watched();
    for (const call of ['one', 'two']) moved(call, { at: 0, type: 'accepted' }, talking('bobby'));
    moved('one', { at: 0, type: 'accepted' }, over);
    assert.equal(use.of(bobby).busy, true);
    moved('one', { at: 0, type: 'accepted' }, over);
    assert.equal(use.of(bobby).busy, true);
    moved('two', { at: 0, type: 'accepted' }, over);
    assert.equal(use.of(bobby).busy, false);
  });

  it('was never seen on it until a call', () => {
    assert.deepEqual(watched().use.of(alice), { busy: false, idleSince: undefined });
  });
});

const over: CallState = {
  phase: 'over',
  ending: { outcome: 'answered', endedBy: 'callee', status: 200, fault: undefined },
  legs: [],
  caller: 'settled',
  media: 'closed',
  box: undefined,
};

function talking(name: string): CallState {
  const winner = calleeLeg(1);
  const legs = [{ id: winner, target: phoneOf(name), status: { is: 'up' } as const }];
  const state = { phase: 'talking', winner, live: { legs } };
  return state as unknown as CallState;
}

function offered(caller: Caller): CallEvent {
  return { at: 0, type: 'offered', caller, dialled: '202' };
}

function watched() {
  const clock = new VirtualClock();
  const use = new TelephoneUse(clock);
  const observer = use.watching({
    moved: () => undefined,
    invited: () => undefined,
    fault: () => undefined,
    ended: () => undefined,
  });
  const moved = (call: string, event: CallEvent, to: CallState): void => {
    observer.moved(call as CallId, event, newCall, to);
  };
  return { use, moved, clock };
}
