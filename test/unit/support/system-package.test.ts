import assert from 'node:assert/strict';
import { find, missing, sippPackage } from '../../support/system-package.ts';

describe('a program that npm does not bring', () => {
  const node = { program: 'node', install: 'see nodejs.org' };

  it('is found on the path', () => {
    assert.match(find(node) ?? '', /\/node$/);
    assert.equal(missing([node]), undefined);
  });

  it('is named, with how to get it, when it is missing', () => {
    assert.equal(missing([sippPackage], '/nowhere'), 'skipped: sipp is missing (apt-get install sip-tester)');
  });
});
