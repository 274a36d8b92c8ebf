import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lack } from '../../support/describe-with.ts';

describe('a suite that needs programs from outside', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'programs-'));
    writeFileSync(join(folder, 'sox'), '', { mode: 0o755 });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('lacks nothing that is there', () => {
    assert.equal(lack(['sox'], folder), undefined);
  });

  it('is told what is missing, and how to get it', () => {
    assert.equal(lack(['sipp', 'sox'], folder), 'skipped: sipp is missing (apt-get install sip-tester)');
  });

  it('cannot need what nobody would install', () => {
    assert.throws(() => lack(['tshark'], folder), /scripts\/outside-programs\.ts/);
  });
});
