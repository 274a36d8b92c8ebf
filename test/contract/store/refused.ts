import assert from 'node:assert/strict';
import { Fault } from '../../../src/faults/fault.ts';

/** That a rule of the directory was broken, and that whoever broke it is told which. */
export function refusedAs(work: Promise<unknown>, message: RegExp): Promise<void> {
  return assert.rejects(work, (thrown) => {
    assert.ok(thrown instanceof Fault, String(thrown));
    assert.equal(thrown.code, 'BAD_REQUEST', thrown.message);
    assert.match(thrown.message, message);
    return true;
  });
}
