import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { closingLine, emptyTally, readTally, slowestFiles, sumOf, writeTally } from '../../../scripts/tally.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the tally of a run', () => {
  let folder = '';
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'tally-')))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('comes back as it was written', () => {
    const tally = { ...emptyTally, passed: 3, skipped: 1, finished: true };
    writeTally(tally, join(folder, 'deep/tally.json'));
    assert.deepEqual(readTally(join(folder, 'deep/tally.json')), tally);
  });

  it('counts a run that was cut off as one failure more', () => {
    writeTally({ ...emptyTally, passed: 3 }, join(folder, 'tally.json'));
    const { failed, failures } = readTally(join(folder, 'tally.json'));
    assert.equal(failed, 1);
    assert.match(failures[0]?.message ?? '', /did not finish/);
  });

  it('of lanes beside each other is their sum, and as finished as the last of them', () => {
    const failures = [{ title: 'two', message: 'no' }];
    const milliseconds = { 'a.test.ts': 5 };
    const one = { ...emptyTally, passed: 2, failed: 1, failures, finished: true, milliseconds };
    assert.deepEqual(sumOf([one, { ...one, skipped: 1, milliseconds: { 'b.test.ts': 7 } }]), {
      ...{ passed: 4, failed: 2, skipped: 1, finished: true },
      failures: [...failures, ...failures],
      milliseconds: { 'a.test.ts': 5, 'b.test.ts': 7 },
    });
    assert.equal(sumOf([one, emptyTally]).finished, false);
  });

  it('names the files that took longest', () => {
    const milliseconds = { 'a.test.ts': 5, 'b.test.ts': 12_340, 'c.test.ts': 700 };
    assert.deepEqual(slowestFiles({ ...emptyTally, milliseconds }, 2), [
      '   12.3 s  b.test.ts',
      '    0.7 s  c.test.ts',
    ]);
    assert.deepEqual(slowestFiles(emptyTally, 10), []);
  });

  it('counts a run that left nothing as a failure', () => {
    assert.equal(closingLine(readTally(join(folder, 'none.json'))), '0 passed, 1 failed, 0 skipped');
  });

  it("is printed by mocha's reporter as the last line, and kept on disk", function () {
    this.timeout(30_000);
    const lines = [
      "it('one', () => {});",
      "it('two', () => { throw new Error('no'); });",
      "it.skip('three', () => {});",
      "describe('hooks', () => { before(() => { throw new Error('no'); }); it('four', () => {}); });",
    ];
    writeFileSync(join(folder, 'sample.test.cjs'), lines.join('\n'));
    const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
    const reporter = join(root, 'scripts/tally-reporter.ts');
    const run = spawnSync(
      process.execPath,
      [
        '--import',
        pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href,
        mocha,
        '--no-config',
        '--reporter',
        reporter,
        'sample.test.cjs',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    assert.equal(run.stdout.trimEnd().split('\n').at(-1), '1 passed, 2 failed, 1 skipped', run.stdout + run.stderr);
    assert.match(run.stdout, /2 failing/);
    assert.equal(run.status, 2);
    const { failures, milliseconds, ...counts } = readTally(join(folder, 'coverage/tally.json'));
    assert.deepEqual(counts, { passed: 1, failed: 2, skipped: 1, finished: true });
    assert.deepEqual(Object.keys(milliseconds), ['sample.test.cjs']);
    assert.deepEqual(
      failures.map(({ title }) => title),
      ['two', 'hooks "before all" hook for "four"'],
    );
  });
});
