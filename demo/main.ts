/** `npm run demo` makes a first call; `npm run demo -- reach` walks through the screens of the app. */
import { firstCall } from './first-call.ts';
import { reach } from './reach.ts';

const demos: Readonly<Record<string, () => Promise<void>>> = { 'first-call': firstCall, reach };

const name = process.argv[2] ?? 'first-call';
const demo = demos[name];
const started = performance.now();
try {
  if (demo === undefined) throw new Error(`there is no demo "${name}": choose ${Object.keys(demos).join(' or ')}`);
  await demo();
  console.log(`\nAll as it should be, in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
} catch (thrown) {
  console.error(`\nThe demo went wrong: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
}
