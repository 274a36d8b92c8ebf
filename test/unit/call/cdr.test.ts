import assert from 'node:assert/strict';
import { callRecord } from '../../../src/call/cdr.ts';
import type { CallEvent } from '../../../src/call/event.ts';
import { callerLeg, calleeLeg, type Caller, type CallId, type Target } from '../../../src/call/party.ts';
import type { CallRecord } from '../../../src/call/record.ts';
import type { RouteMove } from '../../../src/call/route-step.ts';
import type { TenantId, TrunkId } from '../../../src/directory/types.ts';
import { policy } from '../../support/call-policy.ts';
import { giveUp, moveTo, ringOf } from '../../support/moves.ts';
import { carrier, callerCalled, phoneOf, tenantId } from '../../support/people.ts';

const [one, two] = [calleeLeg(1), calleeLeg(2)];

describe('the record of a call', () => {
  it('that was answered', () => {
    const media = { caller: counters(100), callee: counters(90) };
    const record = recordOf([
      ...toBobby(),
      { at: 1_100, type: 'ringing', leg: one, status: 180 },
      { at: 4_000, type: 'answered', leg: one },
      { at: 4_020, type: 'media-connected', leg: one },
      { at: 4_030, type: 'accepted' },
      { at: 4_060, type: 'confirmed' },
      { at: 64_030, type: 'hung-up', leg: callerLeg, why: 'normal release' },
      { at: 64_050, type: 'media-closed', media },
    ]);
    assert.deepEqual(record, {
      call: 'call-1',
      tenant: tenantId,
      direction: 'internal',
      caller: '201',
      callerUser: 'alice',
      dialled: '202',
      startedAt: 1_000,
      ringingAt: 1_100,
      answeredAt: 4_030,
      attendedAt: undefined,
      endedAt: 64_030,
      outcome: 'answered',
      answeredBy: 'party',
      endedBy: 'caller',
      fault: undefined,
      status: 200,
      chain: [],
      legs: [
        { leg: one, target: { kind: 'device', device: 'bobby-desk', user: 'bobby' }, outcome: 'answered', status: 200 },
      ],
      media,
    });
  });

  it('that was busy', () => {
    const record = recordOf([
      ...toBobby(),
      { at: 1_200, type: 'refused', leg: one, status: 486 },
      { at: 1_205, type: 'routed', turn: 2, move: moveTo(giveUp) },
      closed(1_210),
    ]);
    assert.deepEqual(gist(record), ['busy', 'callee', 486, 'CALLEE_BUSY', undefined, undefined, 1_205]);
    assert.deepEqual(legs(record), ['busy 486']);
  });

  it('that the caller gave up', () => {
    const record = recordOf([
      ...toBobby(),
      { at: 1_100, type: 'ringing', leg: one, status: 180 },
      { at: 9_000, type: 'cancelled' },
      closed(9_005),
      { at: 9_020, type: 'refused', leg: one, status: 487 },
    ]);
    assert.deepEqual(gist(record), ['cancelled', 'caller', 487, undefined, 1_100, undefined, 9_000]);
    assert.deepEqual(legs(record), ['cancelled 487']);
  });

  it('that nobody answered, of which it rang in vain and then was not reached', () => {
    const record = recordOf([
      offered(),
      { at: 1_010, type: 'routed', turn: 1, move: to(phoneOf('bobby')) },
      { at: 1_020, type: 'media-opened' },
      { at: 1_100, type: 'ringing', leg: one, status: 183 },
      { at: 21_020, type: 'timer', timer: 'ring' },
      { at: 21_030, type: 'routed', turn: 2, move: to(phoneOf('carol')) },
      { at: 21_040, type: 'refused', leg: one, status: 487 },
      { at: 21_050, type: 'refused', leg: two, status: 408 },
      { at: 21_060, type: 'routed', turn: 3, move: moveTo(giveUp) },
      closed(21_070),
    ]);
    assert.deepEqual(gist(record), ['no-answer', 'us', 480, 'NO_ANSWER', 1_100, undefined, 21_060]);
    assert.deepEqual(legs(record), ['no-answer 487', 'unreachable 408']);
  });

  it('that somebody answered and another lost', () => {
    const record = recordOf([
      offered(),
      { at: 1_010, type: 'routed', turn: 1, move: to(phoneOf('bobby'), phoneOf('carol')) },
      { at: 1_020, type: 'media-opened' },
      { at: 4_000, type: 'answered', leg: two },
      { at: 4_010, type: 'media-connected', leg: two },
      { at: 4_020, type: 'refused', leg: one, status: 487 },
      { at: 4_030, type: 'accepted' },
      { at: 5_000, type: 'hung-up', leg: two, why: 'normal release' },
      closed(5_010),
    ]);
    assert.deepEqual(gist(record), ['answered', 'callee', 200, undefined, undefined, 4_030, 5_000]);
    assert.deepEqual(legs(record), ['answered-elsewhere 487', 'answered 200']);
  });

  it('that we could not route', () => {
    const record = recordOf([offered(), { at: 1_010, type: 'unroutable', turn: 1, fault: 'NO_TRUNK' }]);
    assert.deepEqual(gist(record), ['refused', 'us', 503, 'NO_TRUNK', undefined, undefined, 1_010]);
    assert.deepEqual([record?.tenant, record?.direction, record?.media], [tenantId, 'outbound', undefined]);
  });

  it('that came in by a trunk, from a number or from nobody', () => {
    const trunk = (number: string | undefined): Caller => ({
      kind: 'trunk',
      trunk: 'carrier' as TrunkId,
      tenant: undefined,
      number,
      name: 'Jan',
    });
    const refused: CallEvent = { at: 1_010, type: 'unroutable', turn: 1, fault: 'NO_SUCH_NUMBER' };
    const known = recordOf([offered(trunk('+31612345678')), refused]);
    assert.deepEqual([known?.caller, known?.tenant, known?.direction], ['+31612345678', undefined, 'inbound']);
    assert.equal(recordOf([offered(trunk(undefined)), refused])?.caller, 'anonymous');
  });

  it('to another company holds of the caller what everybody sees', () => {
    const other = 'ander' as TenantId;
    const refused = moveTo({ do: 'refuse', fault: 'CALLEE_UNREACHABLE' });
    const seen = (number: string | undefined): CallRecord | undefined =>
      recordOf([
        offered(),
        {
          at: 1_010,
          type: 'routed',
          turn: 1,
          move: { ...refused, tenant: other, at: { ...refused.at, stranger: { name: undefined, number } } },
        },
      ]);
    assert.deepEqual([seen('+31851234567')?.caller, seen('+31851234567')?.callerUser], ['+31851234567', undefined]);
    assert.equal(seen(undefined)?.caller, 'anonymous');
    assert.equal(seen(undefined)?.tenant, other);
  });

  it('names the trunk that was rung', () => {
    const record = recordOf([
      offered(),
      { at: 1_010, type: 'routed', turn: 1, move: to(carrier('+31612345678')) },
      { at: 1_020, type: 'media-opened' },
      { at: 1_030, type: 'refused', leg: one, status: 404 },
      { at: 1_040, type: 'routed', turn: 2, move: moveTo(giveUp) },
    ]);
    assert.deepEqual(record?.legs[0]?.target, { kind: 'trunk', trunk: 'carrier' });
  });

  it('is not there while the call is not over', () => {
    assert.equal(recordOf([]), undefined);
    assert.equal(recordOf(toBobby()), undefined);
  });
});

function offered(caller: Caller = callerCalled('alice')): CallEvent {
  return { at: 1_000, type: 'offered', caller, dialled: '202' };
}

function to(...targets: readonly Target[]): RouteMove {
  return moveTo(ringOf(targets));
}

function toBobby(): readonly CallEvent[] {
  return [
    offered(),
    { at: 1_010, type: 'routed', turn: 1, move: to(phoneOf('bobby')) },
    { at: 1_020, type: 'media-opened' },
    { at: 1_025, type: 'invited', leg: one },
  ];
}

function closed(at: number): CallEvent {
  return { at, type: 'media-closed', media: undefined };
}

function counters(packetsReceived: number): NonNullable<CallRecord['media']>['caller'] {
  return {
    codec: 'PCMA/8000',
    packetsReceived,
    bytesReceived: packetsReceived * 160,
    packetsSent: 1,
    bytesSent: 160,
    packetsLost: 0,
    jitterMs: 1,
  };
}

function recordOf(events: readonly CallEvent[]): CallRecord | undefined {
  return callRecord('call-1' as CallId, events, policy);
}

function gist(record: CallRecord | undefined): readonly unknown[] {
  return [
    record?.outcome,
    record?.endedBy,
    record?.status,
    record?.fault,
    record?.ringingAt,
    record?.answeredAt,
    record?.endedAt,
  ];
}

function legs(record: CallRecord | undefined): readonly string[] | undefined {
  return record?.legs.map(({ outcome, status }) => `${outcome} ${String(status)}`);
}
