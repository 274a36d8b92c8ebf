import assert from 'node:assert/strict';
import {
  askCircuit,
  type Circuit,
  closedCircuit,
  serviceFailed,
  serviceIsWell,
} from '../../../src/push/circuit-breaker.ts';

const settings = { failuresToOpen: 3, openMs: 100, longestOpenMs: 300 };

describe('a circuit', () => {
  const failing = (times: number, circuit: Circuit = closedCircuit): Circuit =>
    Array.from({ length: times }).reduce<Circuit>((before) => serviceFailed(before, 1_000, settings), circuit);

  it('lets all pass until the service has failed so often in a row', () => {
    assert.deepEqual(askCircuit(failing(2), 1_000)[1], { go: true });
    assert.equal(failing(2, serviceIsWell()).is, 'closed');
    assert.deepEqual(failing(3), { is: 'open', until: 1_100, pauseMs: 100 });
  });

  it('lets nobody pass while it is open, and says until when', () => {
    assert.deepEqual(askCircuit(failing(3), 1_099)[1], { go: false, until: 1_100 });
    assert.deepEqual(failing(9), failing(3), 'what was under way when it opened does not lengthen the pause');
  });

  it('lets one pass to see whether the service is well again, and the others wait for what it finds', () => {
    const [probing, permission] = askCircuit(failing(3), 1_100);
    assert.deepEqual(permission, { go: true });
    assert.equal(probing.is, 'half-open');
    assert.deepEqual(askCircuit(probing, 1_150)[1], { go: false, until: 1_200 });
    assert.deepEqual(askCircuit(probing, 1_200)[1], { go: true }, 'the one that went was not heard of');
    assert.deepEqual(serviceIsWell(), closedCircuit);
  });

  it('stays open twice as long after each that failed, up to a limit', () => {
    let circuit = failing(3);
    const pauses: number[] = [];
    for (let now = 1_100; pauses.length < 4; now += 1_000) {
      [circuit] = askCircuit(circuit, now);
      circuit = serviceFailed(circuit, now, settings);
      assert.ok(circuit.is === 'open' && circuit.until === now + circuit.pauseMs);
      pauses.push(circuit.pauseMs);
    }
    assert.deepEqual(pauses, [200, 300, 300, 300]);
  });
});
