import assert from 'node:assert/strict';
import { callerLeg, type CallId, calleeLeg } from '../../../src/call/party.ts';
import type { TrunkId } from '../../../src/directory/types.ts';
import { TrunkChannels } from '../../../src/switchboard/trunk-channels.ts';

const id = 'carrier' as TrunkId;
const two = { id, channels: 2 };
const call = (name: string): CallId => name as CallId;

describe('the channels of a trunk', () => {
  let channels: TrunkChannels;
  beforeEach(() => {
    channels = new TrunkChannels();
  });

  it('are taken until there are no more, and again when one is free', () => {
    assert.ok(channels.take(call('a'), calleeLeg(1), two));
    assert.ok(channels.take(call('b'), calleeLeg(1), two));
    assert.ok(channels.isFull(two));
    assert.ok(!channels.take(call('c'), calleeLeg(1), two));
    channels.free(call('a'), calleeLeg(1));
    channels.free(call('a'), calleeLeg(1));
    assert.ok(channels.take(call('c'), calleeLeg(1), two));
    assert.equal(channels.used(id), 2);
  });

  it('are taken by calls from the trunk too, which are never refused', () => {
    for (const name of ['a', 'b', 'c']) channels.occupy(call(name), callerLeg, id);
    assert.equal(channels.used(id), 3);
    assert.ok(!channels.take(call('d'), calleeLeg(1), two));
  });

  it('are taken twice by a call that comes and goes by the same trunk', () => {
    channels.occupy(call('a'), callerLeg, id);
    assert.ok(channels.take(call('a'), calleeLeg(1), two));
    assert.equal(channels.used(id), 2);
  });

  it('have no end where none is given', () => {
    for (let each = 1; each <= 100; each++) {
      assert.ok(channels.take(call('a'), calleeLeg(each), { id, channels: undefined }));
    }
    assert.equal(channels.used('other' as TrunkId), 0);
  });
});
