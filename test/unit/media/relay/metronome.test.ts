import assert from 'node:assert/strict';
import { Metronome } from '../../../../src/media/relay/metronome.ts';

function setUp() {
  const time = { now: 100.4 };
  const metronome = new Metronome(() => time.now);
  /** Lets time pass in small steps. */
  const pass = (milliseconds: number) => {
    for (const until = time.now + milliseconds; time.now < until; time.now += 0.5) metronome.beat();
  };
  const member = () => {
    const beats: number[] = [];
    return { beats, beat: (at: number) => beats.push(at) };
  };
  return { time, metronome, pass, member };
}

describe('the metronome', () => {
  it('beats every 20 milliseconds, counted from a fixed moment', () => {
    const { metronome, pass, member, time } = setUp();
    const one = member();
    metronome.add(one);
    for (let turn = 0; turn < 50; turn++) {
      pass(20);
      time.now += 7;
    }
    assert.ok(one.beats.length > 60);
    one.beats.forEach((at, index) => assert.equal(at, one.beats[0]! + 20 * index));
  });

  it('spreads its members over the time in between', () => {
    const { metronome, pass, member } = setUp();
    const members = Array.from({ length: 100 }, () => member());
    for (const each of members) metronome.add(each);
    pass(60);
    const moments = new Map<number, number>();
    for (const { beats } of members) moments.set(beats[1]! % 20, (moments.get(beats[1]! % 20) ?? 0) + 1);
    assert.deepEqual([...moments.values()], Array<number>(10).fill(10));
  });

  it('makes up for a short delay, and lets go of a long one', () => {
    const { metronome, pass, member, time } = setUp();
    const one = member();
    metronome.add(one);
    pass(20);
    time.now += 60;
    metronome.beat();
    const caughtUp = one.beats.length;
    assert.ok(caughtUp >= 4);
    time.now += 2000;
    metronome.beat();
    assert.ok(one.beats.length - caughtUp <= 6);
    assert.equal((one.beats.at(-1)! - one.beats[0]!) % 20, 0);
    assert.ok(time.now - one.beats.at(-1)! < 20);
  });

  it('is due when the next member is, and never without any', () => {
    const { metronome, member, time, pass } = setUp();
    let sooner = 0;
    metronome.onSooner = () => (sooner += 1);
    assert.equal(metronome.dueAt, Infinity);
    const one = member();
    metronome.add(one);
    metronome.add(one);
    assert.equal(sooner, 1);
    assert.ok(metronome.dueAt >= time.now && metronome.dueAt < time.now + 21);
    metronome.remove(one);
    pass(50);
    assert.equal(metronome.dueAt, Infinity);
    assert.deepEqual(one.beats, []);
  });

  it('lets a member leave in the middle of its beat', () => {
    const { metronome, pass } = setUp();
    let beats = 0;
    const leaver = {
      beat: () => {
        beats += 1;
        metronome.remove(leaver);
      },
    };
    metronome.add(leaver);
    pass(100);
    assert.equal(beats, 1);
  });
});
