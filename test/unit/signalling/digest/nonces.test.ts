import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Nonces } from '../../../../src/signalling/digest/nonces.ts';

const now = Date.UTC(2030, 0, 1);
const lifetime = 30_000;

function noncesWith(key: number): Nonces {
  let count = 0;
  return new Nonces(new Uint8Array(32).fill(key), lifetime, (bytes) => {
    count += 1;
    return Uint8Array.from({ length: bytes }, (_, index) => (count >> (8 * index)) & 0xff);
  });
}

describe('nonces', () => {
  it('are good for as long as they live, counted upwards', () => {
    const nonces = noncesWith(1);
    const nonce = nonces.issue(now);
    assert.equal(nonces.spend(nonce, 1, now), 'good');
    assert.equal(nonces.spend(nonce, 2, now + 1), 'good');
    assert.equal(nonces.spend(nonce, 9, now + lifetime), 'good');
    assert.equal(nonces.spend(nonce, 10, now + lifetime + 1), 'stale');
  });

  it('are not counted twice, nor backwards', () => {
    const nonces = noncesWith(1);
    const nonce = nonces.issue(now);
    assert.equal(nonces.spend(nonce, 5, now), 'good');
    assert.equal(nonces.spend(nonce, 5, now), 'stale');
    assert.equal(nonces.spend(nonce, 4, now), 'stale');
    assert.equal(nonces.spend(nonce, 6, now), 'good');
  });

  it('are all different', () => {
    const nonces = noncesWith(1);
    assert.equal(new Set(Array.from({ length: 100 }, () => nonces.issue(now))).size, 100);
  });

  it('are taken by every process that has the same key, and by no other', () => {
    const nonce = noncesWith(1).issue(now);
    assert.equal(noncesWith(1).spend(nonce, 1, now), 'good');
    assert.equal(noncesWith(2).spend(nonce, 1, now), 'foreign');
  });

  it('cannot be made up or made younger', () => {
    const nonces = noncesWith(1);
    const nonce = nonces.issue(now);
    const later = (now + 60_000).toString(36);
    assert.equal(nonces.spend(nonce.replace(/^[^-]+/, later), 1, now + 60_000), 'foreign');
    fc.assert(
      fc.property(fc.string(), (invented) => {
        assert.equal(nonces.spend(invented, 1, now), 'foreign');
        assert.equal(nonces.spend(`${nonce}${invented}x`, 1, now), 'foreign');
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: nonce.length - 1 }), (at) => {
        const other = nonce[at] === 'A' ? 'B' : 'A';
        assert.equal(nonces.spend(nonce.slice(0, at) + other + nonce.slice(at + 1), 1, now), 'foreign');
      }),
    );
  });

  it('are forgotten once they are too old to be used', () => {
    const nonces = noncesWith(1);
    for (let second = 0; second < 600; second++) {
      const at = now + second * 1000;
      for (let each = 0; each < 5; each++) assert.equal(nonces.spend(nonces.issue(at), 1, at), 'good');
      assert.ok(nonces.remembered <= 5 * 31, `${String(nonces.remembered)} remembered`);
    }
  });

  it('need no memory while they are not used', () => {
    const nonces = noncesWith(1);
    for (let each = 0; each < 1_000; each++) nonces.issue(now);
    nonces.spend('invented', 1, now);
    assert.equal(nonces.remembered, 0);
  });
});
