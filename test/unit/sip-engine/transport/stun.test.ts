import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bindingResponse, looksLikeStun, readBindingRequest } from '../../../../src/sip-engine/transport/stun.ts';

/** RFC 5769 §2.1, without its last attribute's meaning: SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, integrity, FINGERPRINT. */
const sampleRequest = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020' +
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
    '80280004e57a3bcf',
  'hex',
);

const transaction = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');

function plain(attributes = ''): Buffer {
  const body = Buffer.from(attributes, 'hex');
  const head = Buffer.from('000100002112a442', 'hex');
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, transaction, body]);
}

describe('STUN on a SIP port', () => {
  it('answers a Binding request with the address that it came from, hidden from address translators', () => {
    const request = readBindingRequest(plain());
    assert.ok(request);
    assert.deepEqual(request, { transaction, fingerprinted: false, unknown: [] });
    // RFC 5769 §2.2: 192.0.2.1, port 32853.
    assert.equal(
      bindingResponse(request, { address: '192.0.2.1', port: 32853 }).toString('hex'),
      `0101000c2112a442${transaction.toString('hex')}002000080001a147e112a643`,
    );
    // RFC 5769 §2.3.
    assert.equal(
      bindingResponse(request, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }).toString('hex'),
      `010100182112a442${transaction.toString('hex')}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    );
  });

  it('checks the FINGERPRINT of RFC 5769’s sample, and puts one on its answer', () => {
    const request = readBindingRequest(sampleRequest);
    assert.equal(request?.fingerprinted, true);
    // PRIORITY is of ICE, which is not spoken here, and must be understood.
    assert.deepEqual(request.unknown, [0x0024]);
    const response = bindingResponse({ ...request, unknown: [] }, { address: '192.0.2.1', port: 32853 });
    assert.equal(response.length, 40);
    assert.equal(response.subarray(32, 36).toString('hex'), '80280004');
    const broken = Buffer.from(sampleRequest);
    broken[30] = 0;
    assert.equal(readBindingRequest(broken), undefined);
  });

  it('answers 420 with what it does not understand, and passes over what it need not', () => {
    const request = readBindingRequest(plain('0024000400000001' + '8022000400000000'));
    assert.ok(request);
    const response = bindingResponse(request, { address: '192.0.2.1', port: 1 });
    assert.equal(
      response.toString('hex'),
      `011100102112a442${transaction.toString('hex')}0009000400000414000a000200240000`,
    );
  });

  it('is silent to what is no whole request', () => {
    const shorter = plain('8022000400000000').subarray(0, 26);
    const otherCookie = plain();
    otherCookie[4] = 0;
    const indication = plain();
    indication[1] = 0x11;
    const response = plain();
    response[0] = 1;
    const overlong = plain('802200ff00000000');
    for (const bytes of [
      shorter,
      otherCookie,
      indication,
      response,
      overlong,
      Buffer.alloc(4),
      plain('00'.repeat(600)),
    ]) {
      assert.equal(readBindingRequest(bytes), undefined);
    }
  });

  it('never throws, and never answers with more than 24 bytes over what came', () => {
    const attribute = fc.tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 40 })).map(([type, value]) => {
      const bytes = Buffer.alloc(4 + 4 * Math.ceil(value.length / 4));
      bytes.writeUInt16BE(type, 0);
      bytes.writeUInt16BE(value.length, 2);
      bytes.set(value, 4);
      return bytes.toString('hex');
    });
    const sound = fc.array(attribute, { maxLength: 8 }).map((all) => plain(all.join('')));
    const garbled = fc.tuple(sound, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
      bytes[at % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(sound, garbled), (bytes) => {
        const request = looksLikeStun(bytes) ? readBindingRequest(bytes) : undefined;
        if (request === undefined) return;
        for (const address of ['192.0.2.1', '2001:db8::1']) {
          assert.ok(bindingResponse(request, { address, port: 65_535 }).length <= bytes.length + 24);
        }
      }),
    );
  });
});
