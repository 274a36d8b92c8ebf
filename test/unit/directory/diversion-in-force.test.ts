import assert from 'node:assert/strict';
import { diversionInForce } from '../../../src/directory/diversion-in-force.ts';
import type { Diversion, DiversionId, PlanId, TenantId } from '../../../src/directory/types.ts';

const now = 1_000;

describe('of the diversions of a plan', () => {
  it('none counts when none is on', () => {
    assert.equal(inForce([diversion('lunch', 1, { on: false }), diversion('storm', 2, { on: false })]), undefined);
    assert.equal(inForce([]), undefined);
  });

  it('the one that is on counts', () => {
    assert.equal(inForce([diversion('lunch', 1, { on: false }), diversion('storm', 2)]), 'storm');
  });

  it('of two that are on the one with the lower position counts, in whatever order they are read', () => {
    const two = [diversion('storm', 2), diversion('lunch', 1)];
    assert.equal(inForce(two), 'lunch');
    assert.equal(inForce(two.toReversed()), 'lunch');
  });

  it('one whose time is over does not count any more, from that very moment on', () => {
    const until = (at: number): string | undefined =>
      inForce([diversion('lunch', 1, { until: at }), diversion('storm', 2)]);
    assert.equal(until(now + 1), 'lunch');
    assert.equal(until(now), 'storm');
    assert.equal(until(now - 1), 'storm');
  });
});

function inForce(diversions: readonly Diversion[]): string | undefined {
  return diversionInForce(diversions, now)?.name;
}

function diversion(name: string, position: number, changes: Partial<Diversion> = {}): Diversion {
  return {
    id: name as DiversionId,
    tenant: 'voorbeeld' as TenantId,
    plan: 'main' as PlanId,
    name,
    group: undefined,
    position,
    to: { kind: 'hang-up' },
    on: true,
    until: undefined,
    ...changes,
  };
}
