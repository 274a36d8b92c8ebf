import assert from 'node:assert/strict';
import { ReceiverReportPacket, RtpPacket } from 'rtp.js/packets';
import {
  isRtcp,
  isRtp,
  markerOf,
  payloadOf,
  payloadTypeOf,
  renumber,
  sequenceOf,
  ssrcOf,
  timestampOf,
  writeHeader,
} from '../../../../src/media/rtp/header.ts';

describe('the RTP header', () => {
  const packet = new RtpPacket();
  packet.setPayloadType(101);
  packet.setMarker(true);
  packet.setSequenceNumber(65_535);
  packet.setTimestamp(4_294_967_295);
  packet.setSsrc(0x89ab_cdef);
  packet.serialize();
  const bytes = new Uint8Array(packet.getView().buffer, packet.getView().byteOffset, packet.getView().byteLength);

  it('is read as another implementation wrote it', () => {
    assert.equal(isRtp(bytes), true);
    assert.equal(payloadTypeOf(bytes), 101);
    assert.equal(sequenceOf(bytes), 65_535);
    assert.equal(timestampOf(bytes), 4_294_967_295);
    assert.equal(ssrcOf(bytes), 0x89ab_cdef);
  });

  it('keeps its marker under another number', () => {
    const copy = Uint8Array.from(bytes);
    renumber(copy, 96);
    assert.deepEqual([payloadTypeOf(copy), (copy[1] ?? 0) >> 7], [96, 1]);
  });

  it('is not seen in what is too short, of another version, or RTCP', () => {
    const report = new ReceiverReportPacket();
    report.serialize();
    const rtcp = new Uint8Array(report.getView().buffer, report.getView().byteOffset, report.getView().byteLength);
    for (const other of [
      new Uint8Array(0),
      bytes.subarray(0, 11),
      Uint8Array.from([0x40, ...bytes.subarray(1)]),
      rtcp,
    ]) {
      assert.equal(isRtp(other), false);
    }
    assert.equal(isRtp(Uint8Array.from([0x8f, ...bytes.subarray(1)])), false, 'fifteen sources do not fit');
    assert.equal(isRtcp(rtcp), true);
    assert.equal(isRtcp(bytes), false);
  });
});

describe('an RTP packet of our own', () => {
  const header = { marker: true, payloadType: 8, sequence: 0x1_fffe, timestamp: 2 ** 32 + 5, ssrc: 0xdead_beef };

  it('is written as it is read, with what counts on past the field wrapped', () => {
    const packet = new Uint8Array(14);
    writeHeader(packet, header);
    assert.ok(isRtp(packet));
    const read = [markerOf(packet), payloadTypeOf(packet), sequenceOf(packet), timestampOf(packet), ssrcOf(packet)];
    assert.deepEqual(read, [true, 8, 0xfffe, 5, 0xdead_beef]);
    assert.equal(payloadOf(packet)?.length, 2);
  });

  it('has its payload behind sources and extension, and before padding', () => {
    const fixed = [0x80 | 0x20 | 0x10 | 1, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const packet = Uint8Array.from([...fixed, 1, 1, 1, 1, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 7, 7, 0, 0, 3]);
    assert.deepEqual(payloadOf(packet), Uint8Array.of(7, 7));
    assert.equal(payloadOf(packet.subarray(0, 20)), undefined);
    packet[packet.length - 1] = 255;
    assert.equal(payloadOf(packet), undefined);
  });
});
