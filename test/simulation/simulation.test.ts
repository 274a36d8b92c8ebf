import assert from 'node:assert/strict';
import { runFlow } from './flow.ts';
import type { Weather } from './network.ts';
import { ladderOf } from './report.ts';

const storm: Weather = { loss: 0.1, duplication: 0.1, delay: { least: 0, most: 200 } };
const calm: Weather = { loss: 0, duplication: 0, delay: { least: 5, most: 5 } };
const only = process.env['SEED'];

function check(seed: number, weather: Weather): void {
  const result = runFlow(seed, weather);
  if (result.violations.length === 0) return;
  const plan = JSON.stringify(result.plan);
  const again = `SEED=${String(seed)} npx mocha 'test/simulation/*.test.ts'`;
  assert.fail(
    `flow ${String(seed)}: ${result.violations.join('\n')}\n\n${plan}\n${ladderOf(result)}\n\nAgain: ${again}`,
  );
}

function checkAll(flows: number, weather: Weather): void {
  if (only !== undefined) check(Number(only), weather);
  else for (let seed = 1; seed <= flows; seed++) check(seed, weather);
}

describe('engines on a network that loses one datagram in ten, doubles one in ten and delays each as it likes', () => {
  it('bring 1000 call flows to one end on both sides, with nothing left over', () => {
    checkAll(1000, storm);
  }).timeout(60_000);

  it('need no luck where the network is a good one', () => {
    checkAll(200, calm);
  }).timeout(30_000);

  it('make one flow of one seed', () => {
    const [one, other] = [runFlow(7, storm), runFlow(7, storm)];
    assert.ok(one.network.packets.length > 0);
    assert.equal(ladderOf(one), ladderOf(other));
  });
});
