import assert from 'node:assert/strict';
import { TrunkUse } from '../../../src/app/trunk-use.ts';
import type { CallEvent } from '../../../src/call/event.ts';
import { type Caller, type CallId, calleeLeg } from '../../../src/call/party.ts';
import { type CallState, type Leg, newCall } from '../../../src/call/state.ts';
import type { TrunkId } from '../../../src/directory/types.ts';
import { callerCalled, carrier, shown } from '../../support/people.ts';

const trunk = 'carrier' as TrunkId;
const fromOutside: Caller = { kind: 'trunk', trunk, tenant: undefined, number: undefined, name: undefined };
const later: CallEvent = { at: 1, type: 'media-opened' };

describe('how many calls a trunk carries', () => {
  let use: TrunkUse;
  beforeEach(() => {
    use = new TrunkUse();
  });

  function moves(call: string, event: CallEvent, to: CallState): void {
    const nobody = { moved: () => undefined, invited: () => undefined, fault: () => undefined, ended: () => undefined };
    use.watching(nobody).moved(call as CallId, event, newCall, to);
  }

  function ringing(status: Leg['status']): CallState {
    const leg: Leg = {
      ...{ id: calleeLeg(1), target: carrier('+31612345678'), replaces: undefined, status },
      presentation: shown(undefined, undefined),
    };
    return { phase: 'ringing', live: { legs: [leg] } } as unknown as CallState;
  }

  const over = { phase: 'over', legs: [] } as unknown as CallState;
  const offered = (caller: Caller): CallEvent => ({ at: 0, type: 'offered', caller, dialled: '201' });

  it('counts one from the trunk until it is over', () => {
    moves('a', offered(fromOutside), newCall);
    moves('b', offered(fromOutside), newCall);
    assert.equal(use.of(trunk), 2);
    moves('a', later, over);
    assert.equal(use.of(trunk), 1);
    assert.equal(use.of('another' as TrunkId), 0);
  });

  it('counts one to the trunk while it is tried, rings, talks or is being cancelled', () => {
    moves('a', offered(callerCalled('alice')), newCall);
    assert.equal(use.of(trunk), 0);
    for (const status of ['trying', 'ringing', 'up'] as const) {
      moves('a', later, ringing({ is: status }));
      assert.equal(use.of(trunk), 1, status);
    }
    moves('a', later, ringing({ is: 'cancelling', outcome: 'cancelled' }));
    assert.equal(use.of(trunk), 1);
    moves('a', later, ringing({ is: 'down', outcome: 'busy', status: 486 }));
    assert.equal(use.of(trunk), 0);
  });

  it('counts one that comes and goes by the trunk twice', () => {
    moves('a', offered(fromOutside), newCall);
    moves('a', later, ringing({ is: 'up' }));
    assert.equal(use.of(trunk), 2);
    moves('a', later, over);
    assert.equal(use.of(trunk), 0);
  });
});
