import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller, CallId } from '../../../src/call/party.ts';
import type { TenantId, TrunkId } from '../../../src/directory/types.ts';
import { LiveCounts } from '../../../src/switchboard/live-counts.ts';
import { callerCalled } from '../../support/people.ts';

const limits = { calls: 4, callsPerTenant: 3, callsPerUser: 2 };
const trunk: Caller = {
  kind: 'trunk',
  trunk: 'carrier' as TrunkId,
  tenant: undefined,
  number: undefined,
  name: undefined,
};

describe('how many calls may live', () => {
  let counts: LiveCounts;
  let calls: number;

  beforeEach(() => {
    counts = new LiveCounts(limits);
    calls = 0;
  });

  function enter(caller: Caller): string {
    const entered = counts.enter(`call-${String(++calls)}` as CallId, caller);
    return entered.ok ? 'ok' : `${entered.error.code}: ${entered.error.message}`;
  }

  it('of one user', () => {
    assert.deepEqual([enter(callerCalled('alice')), enter(callerCalled('alice'))], ['ok', 'ok']);
    assert.equal(enter(callerCalled('alice')), 'CALL_LIMIT: callsPerUser is 2: raise it under sip.limits');
    assert.equal(enter(callerCalled('bobby')), 'ok');
  });

  it('of one tenant', () => {
    for (const name of ['alice', 'bobby', 'carol']) assert.equal(enter(callerCalled(name)), 'ok');
    assert.equal(enter(callerCalled('davey')), 'CALL_LIMIT: callsPerTenant is 3: raise it under sip.limits');
    assert.equal(enter({ ...callerCalled('erika'), tenant: 'ander' as TenantId }), 'ok');
  });

  it('at all, those of trunks too', () => {
    for (let each = 0; each < 4; each++) assert.equal(enter(trunk), 'ok');
    assert.equal(enter(callerCalled('alice')), 'CALL_LIMIT: calls is 4: raise it under sip.limits');
    counts.leave('call-2' as CallId);
    assert.equal(enter(callerCalled('alice')), 'ok');
  });

  it('does not count a call that was refused, nor one that left twice', () => {
    enter(callerCalled('alice'));
    enter(callerCalled('alice'));
    enter(callerCalled('alice'));
    counts.leave('call-3' as CallId);
    assert.match(enter(callerCalled('alice')), /CALL_LIMIT/);
    counts.leave('call-1' as CallId);
    counts.leave('call-1' as CallId);
    assert.equal(enter(callerCalled('alice')), 'ok');
    assert.match(enter(callerCalled('alice')), /CALL_LIMIT/);
  });

  it('is never exceeded, and all of it is free again when all have left', () => {
    const callers = [trunk, ...['alice', 'bobby', 'carol'].map((name) => callerCalled(name))];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...callers), fc.boolean())), (steps) => {
        const own = new LiveCounts(limits);
        const live: { call: CallId; caller: Caller }[] = [];
        for (const [index, [caller, leaves]] of steps.entries()) {
          const first = live[0];
          if (leaves && first !== undefined) {
            own.leave(first.call);
            live.shift();
          } else if (own.enter(`call-${String(index)}` as CallId, caller).ok) {
            live.push({ call: `call-${String(index)}` as CallId, caller });
          }
          const devices = live.filter((one) => one.caller.kind === 'device');
          assert.ok(live.length <= limits.calls && devices.length <= limits.callsPerTenant);
        }
        for (const { call } of live) own.leave(call);
        const again = callers.slice(1).map((caller, index) => own.enter(`again-${String(index)}` as CallId, caller).ok);
        assert.deepEqual(again, [true, true, true]);
      }),
    );
  });
});
