import assert from 'node:assert/strict';
import { catalogue } from '../../../src/faults/catalogue.ts';
import { Fault } from '../../../src/faults/fault.ts';

describe('a fault', () => {
  it('knows from its code what each protocol is told, and whose doing it was', () => {
    const fault = new Fault('CALLEE_BUSY', 'Extension 201 is on the phone; try again later.');
    assert.deepEqual(
      { sip: fault.sip, http: fault.http, blame: fault.blame },
      { sip: 486, http: 409, blame: 'callee' },
    );
    assert.equal(fault.message, 'Extension 201 is on the phone; try again later.');
    assert.equal(fault.name, 'Fault');
  });

  it('says at least its code', () => {
    assert.equal(new Fault('NO_TRUNK').message, 'NO_TRUNK');
  });

  it('keeps what caused it', () => {
    const cause = new Error('disk full');
    assert.equal(new Fault('STORE_FAILED', 'Free some disk space.', cause).cause, cause);
  });

  it('made from a fault is that fault', () => {
    const fault = new Fault('LOOP');
    assert.equal(Fault.from(fault), fault);
  });

  it('made from an unexpected error is ours, and keeps the error', () => {
    const thrown = new TypeError('x is not a function');
    const fault = Fault.from(thrown);
    assert.equal(fault.code, 'INTERNAL');
    assert.equal(fault.blame, 'us');
    assert.equal(fault.message, 'x is not a function');
    assert.equal(fault.cause, thrown);
  });

  it('made from a thrown text says that text', () => {
    assert.equal(Fault.from('out of luck').message, 'out of luck');
  });
});

describe('the catalogue of faults', () => {
  for (const [code, { sip, http }] of Object.entries(catalogue)) {
    it(`gives ${code} final statuses that refuse`, () => {
      // RFC 3261 §21: classes 4, 5 and 6 are failures; HTTP has no class 6.
      assert.ok(sip >= 400 && sip <= 699, `SIP ${sip}`);
      assert.ok(http >= 400 && http <= 599, `HTTP ${http}`);
    });
  }

  it('blames us for what the server failed at, and never for what a client did wrong', () => {
    for (const [code, { http, blame }] of Object.entries(catalogue)) {
      if (blame === 'caller' || blame === 'callee') assert.ok(http < 500, `${code} tells HTTP ${http}`);
    }
  });
});
