/**
 * Runs the tests in two processes at once: most of them wait, for timers of SIP or for another program. The report of
 * the first is seen as it goes; that of the second is shown when both are done.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lanes, laneTallyFile } from './tally.ts';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const held: Buffer[] = [];

const codes = await Promise.all(
  Object.entries(lanes).map(([lane, files], index) => runLane(lane, files, index === 0 ? 'seen' : 'held')),
);
process.stdout.write(Buffer.concat(held));
process.exitCode = codes.some((code) => code !== 0) ? 1 : 0;

function runLane(lane: string, files: string, output: 'seen' | 'held'): Promise<number> {
  const tally = laneTallyFile(lane);
  rmSync(tally, { force: true });
  const reporter = ['--reporter', './scripts/tally-reporter.ts', '--reporter-option', `file=${tally}`];
  const child = spawn(process.execPath, [mocha, ...reporter, files], {
    stdio: ['ignore', output === 'seen' ? 'inherit' : 'pipe', output === 'seen' ? 'inherit' : 'pipe'],
  });
  child.stdout?.on('data', (text: Buffer) => held.push(text));
  child.stderr?.on('data', (text: Buffer) => held.push(text));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`the tests of ${lane} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
}
