import assert from 'node:assert/strict';
import type { Trunk } from '../../../src/directory/types.ts';
import type { TrunkState } from '../../../src/routing/port.ts';
import { throughTrunk } from '../../../src/routing/trunk-choice.ts';
import {
  Asking,
  callerAt,
  emptyWorld,
  lookupsOf,
  ours,
  said,
  theirs,
  trunk,
  user,
} from '../../support/routing-world.ts';

type States = Readonly<Record<string, Partial<TrunkState>>>;

describe('the trunks for a call', () => {
  const two = [trunk('first', { priority: 1 }), trunk('second', { priority: 2 })];

  it('are tried by priority, whatever their order', () => {
    assert.deepEqual(chosen(two), ['first', 'second']);
    assert.deepEqual(chosen(two.toReversed()), ['first', 'second']);
  });

  it('keep their order at the same priority', () => {
    assert.deepEqual(chosen([trunk('one'), trunk('two'), trunk('three')]), ['one', 'two', 'three']);
  });

  it('are the company’s own before everybody’s, and never another company’s', () => {
    const own = trunk('own', { tenant: ours, priority: 9 });
    const foreign = trunk('foreign', { tenant: theirs, priority: 0 });
    assert.deepEqual(chosen([...two, foreign, own]), ['own', 'first', 'second']);
    assert.deepEqual(chosen([foreign]), []);
  });

  it('are of the purpose that is asked for', () => {
    const mobile = trunk('operator', { purpose: 'mobile' });
    assert.deepEqual(chosen([mobile, ...two]), ['first', 'second']);
    assert.deepEqual(chosen([mobile, ...two], {}, 'mobile'), ['operator']);
  });

  it('that do not answer come last, also the company’s own', () => {
    const own = trunk('own', { tenant: ours });
    assert.deepEqual(chosen([own, ...two], { own: { reachable: false } }), ['first', 'second', 'own']);
    assert.deepEqual(chosen(two, { first: { reachable: false }, second: { reachable: false } }), ['first', 'second']);
  });

  it('that are full are left out', () => {
    assert.deepEqual(chosen(two, { first: { full: true } }), ['second']);
    assert.deepEqual(chosen(two, { first: { full: true }, second: { full: true } }), []);
  });

  it('that are full are tried last when help is called for', () => {
    assert.deepEqual(chosen(two, { first: { full: true } }, 'carrier', true), ['second', 'first']);
  });

  it('are of either purpose when help is called for, those of the other last', () => {
    const mobile = trunk('operator', { purpose: 'mobile', priority: 0 });
    assert.deepEqual(chosen([mobile], {}, 'carrier', true), ['operator']);
    assert.deepEqual(chosen([mobile, ...two], {}, 'carrier', true), ['first', 'second', 'operator']);
  });

  it('when there are none, the caller is told, and the log is', async () => {
    const world = { ...emptyWorld, users: [user('alice', '201')] };
    const move = await new Asking(world, callerAt('alice', '201'), '0612345678').move();
    assert.equal(said(move.step), 'refuse NO_TRUNK');
    assert.match(move.notes.join(), /no carrier trunk to call \+31612345678 through/);
  });
});

function chosen(
  trunks: readonly Trunk[],
  trunkStates: States = {},
  purpose: Trunk['purpose'] = 'carrier',
  emergency = false,
): readonly string[] {
  const lookups = lookupsOf({ ...emptyWorld, trunks, trunkStates });
  const target = throughTrunk({ tenant: ours, purpose, number: '112', user: undefined, emergency }, lookups);
  return target?.kind === 'trunk' ? [target.trunk, ...target.otherwise].map(({ id }) => id) : [];
}
