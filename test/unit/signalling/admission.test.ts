import assert from 'node:assert/strict';
import { dialledIn, hopsLeft, inspectInvite } from '../../../src/signalling/admission.ts';
import type { HeaderFields } from '../../../src/signalling/srf.ts';
import { StubRequest } from './sip-stubs.ts';

const sdp = { 'Content-Type': 'application/sdp' };

describe('an INVITE', () => {
  function inspected(headers: HeaderFields, body: string | undefined = 'v=0', uri = 'sip:202@h'): readonly unknown[] {
    const refusal = inspectInvite(new StubRequest('INVITE', headers, uri, body));
    return refusal === undefined ? [] : [refusal.status, refusal.headers];
  }

  it('with an offer is served', () => {
    assert.deepEqual(inspected(sdp), []);
    assert.deepEqual(inspected({ 'Content-Type': 'Application/SDP; charset=utf-8' }), []);
    assert.deepEqual(inspected({ ...sdp, 'Content-Encoding': 'identity' }), []);
    assert.deepEqual(inspected(sdp, 'v=0', 'tel:+31612345678'), []);
    assert.deepEqual(inspected(sdp, 'v=0', 'SIPS:202@h'), []);
  });

  it('is refused with 416 for an address that is no telephone', () => {
    assert.deepEqual(inspected(sdp, 'v=0', 'mailto:alice@example.com'), [416, {}]);
  });

  it('is refused with 420 for what it requires of us, and told for what', () => {
    assert.deepEqual(inspected({ ...sdp, Require: 'outbound, 100rel,  replaces' }), [
      420,
      { Unsupported: '100rel, replaces' },
    ]);
    assert.deepEqual(inspected({ ...sdp, Require: 'Outbound' }), []);
  });

  it('is refused with 488 without an offer', () => {
    assert.deepEqual(inspected(sdp, ''), [488, {}]);
    assert.deepEqual(inspectInvite(new StubRequest('INVITE', {}, 'sip:202@h', undefined))?.status, 488);
  });

  it('is refused with 415 for a body that is not a session description as it is', () => {
    assert.deepEqual(inspected({ 'Content-Type': 'multipart/mixed;boundary=x' }), [415, { Accept: 'application/sdp' }]);
    assert.deepEqual(inspected({}), [415, { Accept: 'application/sdp' }]);
    assert.deepEqual(inspected({ ...sdp, 'Content-Encoding': 'gzip' }), [415, { 'Accept-Encoding': 'identity' }]);
  });
});

describe('whom a request-URI names', () => {
  const cases: readonly (readonly [uri: string, dialled: string | undefined])[] = [
    ['sip:202@pbx.example.com', '202'],
    ['sips:202@pbx.example.com;transport=tcp', '202'],
    ['SIP:202@pbx.example.com', '202'],
    ['sip:+31612345678@pbx.example.com;user=phone', '+31612345678'],
    ['sip:+31612345678;npdi=yes@pbx.example.com', '+31612345678'],
    ['sip:202:geheim@pbx.example.com', '202'],
    ['sip:202@[2001:db8::1]:5060', '202'],
    ['sip:%2B31612345678@pbx.example.com', '+31612345678'],
    ['sip:%2a21%23@pbx.example.com', '*21#'],
    ['tel:+31-6-12345678;phone-context=example.com', '+31-6-12345678'],
    ['tel:112', '112'],
    ['sip:pbx.example.com', undefined],
    ['sip:pbx.example.com;transport=tcp', undefined],
    ['sip:@pbx.example.com', undefined],
    ['sip:%zz@pbx.example.com', undefined],
    ['tel:', undefined],
    ['mailto:alice@example.com', undefined],
    ['', undefined],
  ];
  for (const [uri, dialled] of cases) {
    it(`${uri}: ${dialled ?? 'nobody'}`, () => {
      assert.equal(dialledIn(uri), dialled);
    });
  }
});

describe('the hops that a call has left', () => {
  const cases: readonly (readonly [given: string | undefined, left: number])[] = [
    ['70', 69],
    ['1', 0],
    ['0', -1],
    [undefined, 69],
    ['many', 69],
  ];
  for (const [given, left] of cases) {
    it(`of Max-Forwards ${given ?? 'not given'}: ${String(left)}`, () => {
      assert.equal(hopsLeft(new StubRequest('INVITE', given === undefined ? {} : { 'Max-Forwards': given })), left);
    });
  }
});
