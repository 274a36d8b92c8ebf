import assert from 'node:assert/strict';
import { ReceiverReportPacket, RtpPacket } from 'rtp.js/packets';
import {
  isRtcp,
  isRtp,
  payloadTypeOf,
  renumber,
  sequenceOf,
  ssrcOf,
  timestampOf,
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
