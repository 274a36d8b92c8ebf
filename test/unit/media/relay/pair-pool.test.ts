import assert from 'node:assert/strict';
import { PairPool } from '../../../../src/media/relay/pair-pool.ts';
import { pairsOf, split } from '../../../../src/media/relay/port-range.ts';

class FakePair {
  closed = false;
  constructor(readonly port: number) {}
  close(): void {
    this.closed = true;
  }
}

describe('the pool of port pairs', () => {
  let time = 0;
  let bound: number[] = [];
  const taken = new Set<number>();
  const bind = async (port: number): Promise<FakePair> => {
    if (taken.has(port)) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
    bound.push(port);
    return new FakePair(port);
  };
  const pool = (...ports: number[]) => new PairPool(ports, bind, 5000, () => time);

  beforeEach(() => {
    time = 0;
    bound = [];
    taken.clear();
  });

  it('gives each pair once, and none when they are spent', async () => {
    const two = pool(10, 12);
    assert.deepEqual([(await two.take())?.port, (await two.take())?.port, await two.take()], [10, 12, undefined]);
  });

  it('lets a pair rest while another is free', async () => {
    const two = pool(10, 12);
    two.giveBack((await two.take())!);
    time = 4999;
    assert.equal((await two.take())?.port, 12);
  });

  it('uses a rested pair again, still bound', async () => {
    const two = pool(10, 12);
    two.giveBack((await two.take())!);
    time = 5000;
    assert.equal((await two.take())?.port, 10);
    assert.deepEqual(bound, [10]);
  });

  it('unbinds what nobody wanted for long, and keeps its port', async () => {
    const two = pool(10, 12);
    const [first, second] = [(await two.take())!, (await two.take())!];
    two.giveBack(first);
    time = 20_000;
    two.giveBack(second);
    time = 30_000;
    two.cool(30_000);
    assert.deepEqual([first.closed, second.closed, two.warm, two.free], [true, false, 1, 2]);
    assert.equal((await two.take())?.port, 12);
    assert.equal((await two.take())?.port, 10);
  });

  it('gives out the longest rested when there is no other', async () => {
    const two = pool(10, 12);
    const [first, second] = [(await two.take())!, (await two.take())!];
    two.giveBack(second);
    two.giveBack(first);
    assert.equal((await two.take())?.port, 12);
  });

  it('passes over a port that another process has, and tries it again later', async () => {
    taken.add(10);
    const two = pool(10, 12);
    assert.equal((await two.take())?.port, 12);
    assert.equal(await two.take(), undefined);
    taken.clear();
    assert.equal((await two.take())?.port, 10);
  });

  it('does not take any other error for a port in use', async () => {
    const broken = new PairPool(
      [10],
      () => Promise.reject(new Error('too many open files')),
      0,
      () => time,
    );
    await assert.rejects(broken.take(), /too many open files/);
    assert.equal(broken.free, 1);
  });

  it('closes what is given back after its end', async () => {
    const one = pool(10);
    const pair = (await one.take())!;
    one.close();
    one.giveBack(pair);
    assert.equal(pair.closed, true);
  });
});

describe('a port range', () => {
  it('holds whole pairs only, the even port first', () => {
    assert.deepEqual(pairsOf({ from: 11, to: 16 }), [12, 14]);
  });

  it('is cut into parts that hold every pair once', () => {
    const parts = split({ from: 11, to: 26 }, 3);
    assert.deepEqual(parts.flatMap(pairsOf), pairsOf({ from: 11, to: 26 }));
  });
});
