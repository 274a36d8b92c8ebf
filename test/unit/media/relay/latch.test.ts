import assert from 'node:assert/strict';
import { Latch } from '../../../../src/media/relay/latch.ts';

const announced = { address: '192.0.2.1', port: 4000 };
const nat = { address: '198.51.100.1', port: 61_000 };
const thief = { address: '203.0.113.66', port: 6666 };

describe('the latch', () => {
  let latch: Latch;
  const admits = (from: { address: string; port: number }, now: number) => latch.admits(from.address, from.port, now);

  beforeEach(() => {
    latch = new Latch('learn', 500);
    latch.announce(announced);
  });

  it('admits nobody before the party described itself', () => {
    const fresh = new Latch('learn', 500);
    assert.equal(fresh.admits(announced.address, announced.port, 0), false);
    assert.equal(fresh.destination, undefined);
  });

  it('believes the description until a packet comes, and then its source', () => {
    assert.deepEqual(latch.destination, announced);
    assert.equal(admits(nat, 0), true);
    assert.deepEqual(latch.destination, nat);
  });

  it('cannot be stolen by another who also claims nothing better', () => {
    admits(nat, 0);
    assert.equal(admits(thief, 10), false);
    assert.equal(admits(thief, 10_000), false);
    assert.deepEqual(latch.destination, nat);
  });

  it('gives way to the announced host within the window, and not after it', () => {
    admits(thief, 0);
    assert.equal(admits(announced, 499), true);
    assert.equal(admits(thief, 500), false);
    assert.deepEqual(latch.destination, announced);

    const late = new Latch('learn', 500);
    late.announce(announced);
    late.admits(thief.address, thief.port, 0);
    assert.equal(late.admits(announced.address, announced.port, 500), false);
  });

  it('prefers the announced port to another of that host', () => {
    admits({ ...announced, port: 9 }, 0);
    assert.equal(admits(announced, 20), true);
    assert.deepEqual(latch.destination, announced);
  });

  it('keeps sending to where the party was heard when it describes itself as before', () => {
    admits(nat, 0);
    latch.announce(announced);
    assert.deepEqual(latch.destination, nat);
    assert.equal(admits(nat, 1000), true);
  });

  it('lets a refresh undo a theft: who was latched on to before outranks a stranger', () => {
    admits(nat, 0);
    latch.announce(announced);
    assert.equal(admits(thief, 1000), true);
    assert.equal(admits(nat, 1010), true);
    assert.equal(admits(thief, 1020), false);
  });

  it('follows a party that moved, whatever still comes from its old place', () => {
    admits(nat, 0);
    const moved = { address: '192.0.2.50', port: 5000 };
    latch.announce(moved);
    assert.equal(admits(nat, 1000), true, 'the last packets on their way');
    assert.deepEqual(latch.destination, moved);
    const newNat = { address: '198.51.100.9', port: 62_000 };
    assert.equal(admits(newNat, 1010), true);
    assert.deepEqual(latch.destination, newNat);
    assert.equal(admits(nat, 1020), false);
  });

  it('comes back to the old place when nothing comes from a new one', () => {
    admits(nat, 0);
    latch.announce({ address: '192.0.2.50', port: 5000 });
    admits(nat, 1000);
    assert.equal(admits(nat, 1500), true);
    assert.deepEqual(latch.destination, nat);
  });

  it('admits none but the announced host when told so', () => {
    const strict = new Latch('announced', 500);
    strict.announce(announced);
    assert.equal(strict.admits(nat.address, nat.port, 0), false);
    assert.equal(strict.admits(announced.address, 9, 0), true);
  });
});
