/**
 * Many flows between whole engines in virtual time.
 * Run: npm run simulate -- --flows 20000 --seed 1 --loss 0.1 --show 3
 */
import { parseArgs } from 'node:util';
import { runFlow } from './flow.ts';
import { ladderOf } from './report.ts';

const { values: options } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    loss: { type: 'string', default: '0.1' },
    show: { type: 'string', default: '3' },
  },
});
const [flows, first, show] = [Number(options.flows), Number(options.seed), Number(options.show)];
const weather = { loss: Number(options.loss), duplication: 0.1, delay: { least: 0, most: 200 } };
let failed = 0;
const kinds = new Map<string, number[]>();
for (let seed = first; seed < first + flows; seed++) {
  const result = runFlow(seed, weather);
  if (result.violations.length === 0) continue;
  failed++;
  for (const violation of new Set(result.violations.map((text) => text.replace(/[a-z]+t?-?\d+|\d+/g, '#')))) {
    kinds.set(violation, [...(kinds.get(violation) ?? []), seed]);
  }
  if (failed > show) continue;
  console.log(
    `seed ${String(seed)}: ${JSON.stringify(result.plan)}\n${ladderOf(result)}\n${result.violations.join('\n')}\n`,
  );
}
console.log(`${String(flows)} flows, ${String(failed)} failed`);
for (const [kind, seeds] of [...kinds].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`${String(seeds.length).padStart(6)}  ${kind}   ${seeds.slice(0, 4).join(', ')}`);
}
process.exitCode = failed === 0 ? 0 : 1;
