import assert from 'node:assert/strict';
import type { FaultCode } from '../../../../src/faults/catalogue.ts';
import type { Description } from '../../../../src/media/sdp/description.ts';
import { readDescription } from '../../../../src/media/sdp/read.ts';

const head = ['v=0', 'o=alice 123 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];

describe('reading a session description', () => {
  it('finds the audio, its codecs and what they are called', () => {
    const { audio } = read(
      'm=audio 4000 RTP/AVP 111 8 101',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 16',
      'a=ptime:20',
    );
    assert.deepEqual(audio.rtp, { address: '192.0.2.1', port: 4000 });
    assert.deepEqual(audio.rtcp, { address: '192.0.2.1', port: 4001 });
    assert.equal(audio.packetTime, 20);
    assert.deepEqual(
      audio.codecs.map((codec) => [codec.payloadType, codec.name, codec.clockRate, codec.channels, codec.parameters]),
      [
        [111, 'opus', 48_000, 2, 'useinbandfec=1'],
        [8, 'PCMA', 8000, 1, undefined],
        [101, 'telephone-event', 8000, 1, '16'],
      ],
    );
  });

  it('reads a lone payload type, which the parser takes for a number', () => {
    assert.deepEqual(
      read('m=audio 4000 RTP/AVP 0').audio.codecs.map((codec) => codec.name),
      ['PCMU'],
    );
  });

  it('follows a=rtcp and the c= line of the audio', () => {
    const { audio } = read('m=audio 4000 RTP/AVP 8', 'c=IN IP4 192.0.2.7', 'a=rtcp:4009 IN IP4 192.0.2.8');
    assert.equal(audio.rtp.address, '192.0.2.7');
    assert.deepEqual(audio.rtcp, { address: '192.0.2.8', port: 4009 });
  });

  it('keeps the place of other streams, and prefers a plain one', () => {
    const { audio, sections } = read('m=video 5000 RTP/AVP 96', 'm=audio 4000 RTP/SAVP 8', 'm=audio 4002 RTP/AVP 8');
    assert.equal(audio.rtp.port, 4002);
    assert.deepEqual(
      sections.map(({ media, formats, chosen }) => [media, formats, chosen]),
      [
        ['video', '96', false],
        ['audio', '8', false],
        ['audio', '8', true],
      ],
    );
  });

  for (const [direction, address, expected] of [
    ['sendonly', '192.0.2.1', 'sendonly'],
    ['sendrecv', '0.0.0.0', 'sendonly'],
    ['recvonly', '0.0.0.0', 'inactive'],
  ] as const) {
    it(`takes ${direction} at ${address} for ${expected}`, () => {
      const { audio } = read('m=audio 4000 RTP/AVP 8', `c=IN IP4 ${address}`, `a=${direction}`);
      assert.equal(audio.direction, expected);
    });
  }

  it('takes the direction of the session when the audio has none', () => {
    const description = value([...head, 'a=inactive', 'm=audio 4000 RTP/AVP 8'].join('\r\n'));
    assert.equal(description.audio.direction, 'inactive');
  });

  const refusals: readonly [FaultCode, string, string][] = [
    ['BAD_SDP', 'nothing', ''],
    ['BAD_SDP', 'prose', 'v=0\r\nhello'],
    ['BAD_SDP', 'no origin', 'v=0\r\ns=-\r\nm=audio 4000 RTP/AVP 8'],
    ['BAD_SDP', 'half an m= line', sdp('m=audio 4000')],
    ['BAD_SDP', 'a port beyond all', sdp('m=audio 70000 RTP/AVP 8')],
    ['BAD_SDP', 'no address', 'v=0\r\no=a 1 1 IN IP4 h\r\nm=audio 4000 RTP/AVP 8'],
    ['BAD_SDP', 'a hundred streams', sdp(...Array<string>(100).fill('m=audio 4000 RTP/AVP 8'))],
    ['NO_AUDIO', 'no stream at all', sdp()],
    ['NO_AUDIO', 'video alone', sdp('m=video 4000 RTP/AVP 96')],
    ['NO_AUDIO', 'refused audio', sdp('m=audio 0 RTP/AVP 8')],
    ['NO_AUDIO', 'a host name', sdp('m=audio 4000 RTP/AVP 8', 'c=IN IP4 phone.example')],
    ['NO_COMMON_CODEC', 'encrypted audio', sdp('m=audio 4000 RTP/SAVP 8')],
    ['NO_COMMON_CODEC', 'key presses alone', sdp('m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000')],
    ['NO_COMMON_CODEC', 'an unnamed codec', sdp('m=audio 4000 RTP/AVP 97')],
  ];
  for (const [code, what, text] of refusals) {
    it(`refuses ${what} with ${code}`, () => {
      const result = readDescription(text);
      assert.equal(result.ok ? 'accepted' : result.error.code, code);
    });
  }
});

function read(...media: string[]): Description {
  return value(sdp(...media));
}

function sdp(...media: string[]): string {
  return [...head, ...media, ''].join('\r\n');
}

function value(text: string): Description {
  const result = readDescription(text);
  if (!result.ok) throw result.error;
  return result.value;
}
