import assert from 'node:assert/strict';
import type { CallEvent } from '../../../src/call/event.ts';
import { drawLadder, rungs } from '../../../src/call/ladder.ts';
import { callerLeg, calleeLeg } from '../../../src/call/party.ts';
import { policy } from '../../support/call-policy.ts';
import { moveTo, ringOf } from '../../support/moves.ts';
import { callerCalled, phoneOf } from '../../support/people.ts';

const [bobby, carol] = [calleeLeg(1), calleeLeg(2)];
const start = 1_000_000;
const events: readonly CallEvent[] = [
  { at: start, type: 'offered', caller: callerCalled('alice'), dialled: '202' },
  {
    at: start + 5,
    type: 'routed',
    turn: 1,
    move: moveTo(ringOf([phoneOf('bobby'), phoneOf('carol')])),
  },
  { at: start + 10, type: 'media-opened' },
  { at: start + 100, type: 'ringing', leg: bobby, status: 180 },
  { at: start + 4_000, type: 'answered', leg: bobby },
  { at: start + 4_010, type: 'media-connected', leg: bobby },
  { at: start + 4_012, type: 'accepted' },
  { at: start + 4_020, type: 'refused', leg: carol, status: 487 },
  { at: start + 4_030, type: 'confirmed' },
  { at: start + 64_000, type: 'media-silent', side: 'callee' },
];

describe('the ladder of a call', () => {
  it('is drawn from its events', () => {
    const names = new Map([
      [callerLeg, 'alice'],
      [bobby, 'bobby'],
      [carol, 'carol'],
    ]);
    assert.deepEqual(drawLadder(events, policy, (leg) => names.get(leg) ?? leg).split('\n'), [
      '   0.000s  alice  --> INVITE 202',
      '   0.010s  bobby  <-- INVITE',
      '   0.010s  carol  <-- INVITE',
      '   0.100s  bobby  --> 180',
      '   0.100s  alice  <-- 180',
      '   4.000s  bobby  --> 200',
      '   4.010s          ·  media connected',
      '   4.010s  carol  <-- CANCEL (SIP;cause=200;text="Call completed elsewhere")',
      '   4.010s  alice  <-- 200',
      '   4.020s  carol  --> 487',
      '   4.030s  alice  --> ACK',
      '  64.000s          ·  no media from callee',
      '  64.000s  bobby  <-- BYE (Q.850;cause=31;text="No media received")',
      '  64.000s  alice  <-- BYE (Q.850;cause=31;text="No media received")',
    ]);
  });

  it('names each leg by its id where nobody else names it', () => {
    assert.match(drawLadder(events, policy), /^ {3}0\.010s {2}callee-1 <-- INVITE$/m);
  });

  it('tells why a call failed', () => {
    const failed: readonly CallEvent[] = [
      ...events.slice(0, 1),
      { at: start + 3, type: 'unroutable', turn: 1, fault: 'NO_SUCH_NUMBER' },
    ];
    assert.deepEqual(rungs(failed, policy).slice(1), [
      { at: start + 3, note: 'unroutable: NO_SUCH_NUMBER' },
      { at: start + 3, leg: callerLeg, direction: 'out', text: '404' },
    ]);
  });

  it('of nothing is empty', () => {
    assert.equal(drawLadder([], policy), '');
  });
});
