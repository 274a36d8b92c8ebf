import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomeOf } from '../../../src/call/legs.ts';
import { calleeLeg } from '../../../src/call/party.ts';
import type { Leg, LegStatus } from '../../../src/call/state.ts';
import { verdict } from '../../../src/call/verdict.ts';
import { catalogue } from '../../../src/faults/catalogue.ts';
import { carrier, phoneOf, shown } from '../../support/people.ts';

describe('what one response says of its leg', () => {
  const cases: readonly (readonly [status: number, rang: boolean, outcome: string])[] = [
    [486, true, 'busy'],
    [600, true, 'busy'],
    [603, true, 'declined'],
    [607, true, 'declined'],
    [403, false, 'declined'],
    [487, true, 'no-answer'],
    [408, true, 'no-answer'],
    [408, false, 'unreachable'],
    [480, true, 'no-answer'],
    [480, false, 'unreachable'],
    [404, false, 'unreachable'],
    [430, false, 'unreachable'],
    [503, false, 'unreachable'],
    [604, false, 'unreachable'],
    [488, false, 'failed'],
    [500, true, 'failed'],
    [302, false, 'failed'],
  ];
  for (const [status, rang, outcome] of cases) {
    it(`${String(status)}, ${rang ? 'after it rang' : 'without ringing'}: ${outcome}`, () => {
      assert.equal(outcomeOf(status, rang), outcome);
    });
  }
});

describe('what the caller is told when nobody answered', () => {
  const phones: readonly (readonly [statuses: readonly number[], told: number, outcome: string])[] = [
    [[486], 486, 'busy'],
    [[603], 603, 'declined'],
    [[486, 603, 480], 603, 'declined'],
    [[480, 486, 404], 486, 'busy'],
    [[404, 487], 480, 'no-answer'],
    [[404, 503], 480, 'unreachable'],
    [[488], 480, 'unreachable'],
    [[], 480, 'unreachable'],
  ];
  for (const [statuses, told, outcome] of phones) {
    it(`${statuses.join(' and ') || 'nobody rung'}: ${String(told)} ${outcome}`, () => {
      const ending = verdict(
        statuses.map((status, index) => phone(index, { is: 'down', outcome: outcomeOf(status, false), status })),
      );
      assert.deepEqual([ending.status, ending.outcome], [told, outcome]);
    });
  }

  it('a phone that was cancelled as its time ran out: it rang in vain', () => {
    assert.equal(verdict([phone(0, { is: 'cancelling', outcome: 'no-answer' })]).fault, 'NO_ANSWER');
  });

  const trunk: readonly (readonly [status: number, told: number, fault: string])[] = [
    [486, 486, 'CALLEE_BUSY'],
    [600, 486, 'CALLEE_BUSY'],
    [603, 603, 'CALLEE_DECLINED'],
    [404, 404, 'NO_SUCH_NUMBER'],
    [410, 410, 'NO_SUCH_NUMBER'],
    [484, 484, 'NO_SUCH_NUMBER'],
    [604, 404, 'NO_SUCH_NUMBER'],
    [480, 480, 'CALLEE_UNREACHABLE'],
    [487, 480, 'NO_ANSWER'],
    [488, 488, 'NO_COMMON_CODEC'],
    [606, 488, 'NO_COMMON_CODEC'],
    // Our standing with the carrier is not the caller's affair.
    [401, 503, 'TRUNK_FAILED'],
    [402, 503, 'TRUNK_FAILED'],
    [403, 503, 'TRUNK_FAILED'],
    [407, 503, 'TRUNK_FAILED'],
    [408, 503, 'TRUNK_FAILED'],
    [500, 503, 'TRUNK_FAILED'],
    [503, 503, 'TRUNK_FAILED'],
  ];
  for (const [status, told, fault] of trunk) {
    it(`a trunk that says ${String(status)}: ${String(told)} ${fault}`, () => {
      const ending = verdict([trunkLeg({ is: 'down', outcome: outcomeOf(status, false), status })]);
      assert.deepEqual([ending.status, ending.fault], [told, fault]);
    });
  }

  for (const status of [408, 480]) {
    it(`a trunk that says ${String(status)} of a telephone that rang: 480 NO_ANSWER`, () => {
      const ending = verdict([trunkLeg({ is: 'down', outcome: outcomeOf(status, true), status })]);
      assert.deepEqual([ending.status, ending.fault, ending.endedBy], [480, 'NO_ANSWER', 'us']);
    });
  }

  it('a trunk that rang too long: it rang in vain', () => {
    const ending = verdict([trunkLeg({ is: 'cancelling', outcome: 'no-answer' })]);
    assert.deepEqual([ending.status, ending.outcome, ending.endedBy], [480, 'no-answer', 'us']);
  });

  it('always a final response that is the fault’s own', () => {
    const status: fc.Arbitrary<LegStatus> = fc.record({
      is: fc.constant('down' as const),
      outcome: fc.boolean().chain((rang) => fc.integer({ min: 300, max: 699 }).map((code) => outcomeOf(code, rang))),
      status: fc.integer({ min: 300, max: 699 }),
    });
    fc.assert(
      fc.property(fc.array(status, { maxLength: 4 }), fc.boolean(), (statuses, outside) => {
        const legs = outside ? statuses.map((is) => trunkLeg(is)) : statuses.map((is, index) => phone(index, is));
        const ending = verdict(legs);
        assert.ok(ending.fault);
        assert.ok(ending.outcome !== 'answered' && ending.outcome !== 'cancelled');
        if (ending.fault !== 'NO_SUCH_NUMBER') assert.equal(ending.status, catalogue[ending.fault].sip);
        assert.ok(ending.status >= 400 && ending.status < 700);
      }),
    );
  });
});

function phone(index: number, status: LegStatus): Leg {
  return {
    id: calleeLeg(index + 1),
    target: phoneOf('bobby'),
    presentation: shown('Alice', '201'),
    replaces: undefined,
    status,
  };
}

function trunkLeg(status: LegStatus): Leg {
  return {
    id: calleeLeg(1),
    target: carrier('+31612345678'),
    presentation: shown('Alice', '201'),
    replaces: undefined,
    status,
  };
}
