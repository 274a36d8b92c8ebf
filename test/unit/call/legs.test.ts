import assert from 'node:assert/strict';
import { endLegs, isLive, isOpen, markDown } from '../../../src/call/legs.ts';
import { calleeLeg } from '../../../src/call/party.ts';
import { answeredElsewhere } from '../../../src/call/reason.ts';
import type { Leg, Legs, LegStatus } from '../../../src/call/state.ts';
import { phoneOf, shown } from '../../support/people.ts';

const every: Legs = [
  leg(1, { is: 'trying' }),
  leg(2, { is: 'ringing' }),
  leg(3, { is: 'up' }),
  leg(4, { is: 'cancelling', outcome: 'no-answer' }),
  leg(5, { is: 'down', outcome: 'busy', status: 486 }),
];

describe('the legs of a call', () => {
  it('are live while they may answer or talk, and open until their last word', () => {
    assert.deepEqual(every.map(isLive), [true, true, true, false, false]);
    assert.deepEqual(every.map(isOpen), [true, true, true, true, false]);
  });

  it('end by CANCEL before the answer and by BYE after it; the others are left alone', () => {
    const { legs, effects } = endLegs(every, undefined, 'answered-elsewhere', answeredElsewhere);
    const reason = answeredElsewhere;
    assert.deepEqual(effects, [
      { do: 'cancel', leg: calleeLeg(1), reason },
      { do: 'cancel', leg: calleeLeg(2), reason },
      { do: 'hang-up', leg: calleeLeg(3), reason },
    ]);
    assert.deepEqual(
      legs.map(({ status }) => status),
      [
        { is: 'cancelling', outcome: 'answered-elsewhere' },
        { is: 'cancelling', outcome: 'answered-elsewhere' },
        { is: 'down', outcome: 'answered', status: 200 },
        { is: 'cancelling', outcome: 'no-answer' },
        { is: 'down', outcome: 'busy', status: 486 },
      ],
    );
  });

  it('end but for the one that is spared', () => {
    const { legs, effects } = endLegs(every, calleeLeg(3), 'cancelled', undefined);
    assert.deepEqual(legs[2], every[2]);
    assert.equal(effects.length, 2);
  });

  it('end once only', () => {
    const { legs } = endLegs(every, undefined, 'cancelled', undefined);
    assert.deepEqual(endLegs(legs, undefined, 'failed', answeredElsewhere), { legs, effects: [] });
  });

  it('keep why they were cancelled, whatever they answer to it', () => {
    assert.deepEqual(markDown(every, calleeLeg(4), 603)[3]?.status, { is: 'down', outcome: 'no-answer', status: 603 });
  });

  it('are down by their first final response; one that talks is not refused any more', () => {
    assert.deepEqual(markDown(every, calleeLeg(2), 408)[1]?.status, { is: 'down', outcome: 'no-answer', status: 408 });
    assert.deepEqual(markDown(every, calleeLeg(5), 603), every);
    assert.deepEqual(markDown(every, calleeLeg(3), 603), every);
    assert.deepEqual(markDown(every, calleeLeg(9), 603), every);
  });
});

function leg(ordinal: number, status: LegStatus): Leg {
  return {
    id: calleeLeg(ordinal),
    target: phoneOf('bobby'),
    presentation: shown('Alice', '201'),
    replaces: undefined,
    status,
  };
}
