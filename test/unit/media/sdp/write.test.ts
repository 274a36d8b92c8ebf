import assert from 'node:assert/strict';
import { pcma, telephoneEvent } from '../../../../src/media/sdp/codec.ts';
import { readDescription } from '../../../../src/media/sdp/read.ts';
import { type OwnAudio, writeAnswer, writeOffer } from '../../../../src/media/sdp/write.ts';

const audio: OwnAudio = {
  at: { address: '198.51.100.1', port: 20_000 },
  codecs: [pcma, telephoneEvent],
  direction: 'sendrecv',
  packetTime: 20,
  maxPacketTime: undefined,
};

describe('writing a session description', () => {
  it('offers one audio stream at our address', () => {
    assert.deepEqual(writeOffer({ id: 7, version: 1 }, audio).split('\r\n'), [
      'v=0',
      'o=- 7 1 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 198.51.100.1',
      't=0 0',
      'm=audio 20000 RTP/AVP 8 101',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
  });

  it('answers every stream in its place, and passes nothing on of how the caller is reached', () => {
    const offer = readDescription(
      [
        'v=0',
        'o=alice 123 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        'm=video 5000 RTP/AVP 96',
        'm=audio 4000 RTP/AVPF 8 101',
        'a=rtcp-mux',
        'a=ssrc:1 cname:alice',
        'a=candidate:1 1 UDP 1 192.0.2.1 4000 typ host',
      ].join('\r\n'),
    );
    assert.ok(offer.ok);
    const answer = writeAnswer({ id: 7, version: 2 }, offer.value, audio);
    assert.match(answer, /\r\nm=video 0 RTP\/AVP 96\r\nm=audio 20000 RTP\/AVPF 8 101\r\n/);
    assert.doesNotMatch(answer, /192\.0\.2\.1|candidate|ssrc|mux/);
  });
});
