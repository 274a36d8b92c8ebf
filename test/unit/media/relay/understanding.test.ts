import assert from 'node:assert/strict';
import { attendable, understandingOf } from '../../../../src/media/relay/understanding.ts';
import { type Codec, pcma, pcmu, telephoneEvent } from '../../../../src/media/sdp/codec.ts';

const opus: Codec = { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2, parameters: undefined };
const fastKeys: Codec = { ...telephoneEvent, payloadType: 110, clockRate: 48_000 };
const origin = { ssrc: 1, sequence: 2, timestamp: 3 };

function attended(offered: readonly Codec[]): string {
  const codecs = attendable(offered);
  return codecs.ok
    ? codecs.value.map(({ payloadType, name }) => `${payloadType} ${name}`).join(', ')
    : codecs.error.code;
}

describe('what the exchange speaks itself', () => {
  it('is A-law with keys where it was offered, under the numbers of the offer', () => {
    assert.equal(
      attended([opus, pcmu, pcma, fastKeys, { ...telephoneEvent, payloadType: 96 }]),
      '8 PCMA, 96 telephone-event',
    );
  });

  it('is mu-law otherwise, in whatever case it was written, and without keys where there are none', () => {
    assert.equal(attended([opus, { ...pcmu, name: 'pcmu' }, fastKeys]), '0 pcmu');
  });

  it('is nothing without G.711 at 8000 samples in one channel', () => {
    assert.equal(attended([opus, { ...pcma, clockRate: 16_000 }, { ...pcmu, channels: 2 }]), 'NO_COMMON_CODEC');
  });

  it('is heard under the numbers that we gave, and spoken under those that we were given', () => {
    const told = [pcma, telephoneEvent];
    const theirs = [opus, { ...pcma, payloadType: 97 }, { ...telephoneEvent, payloadType: 96 }];
    const understood = understandingOf(told, theirs, origin);
    assert.ok(understood.ok);
    assert.deepEqual(understood.value.spoken, { law: 'PCMA', payloadType: 97 });
    assert.deepEqual(
      [understood.value.heard[8], understood.value.heard[101], understood.value.heard[97]],
      ['PCMA', 'key', undefined],
    );
  });

  it('is not understood in a session without G.711', () => {
    const understood = understandingOf([opus], [opus], origin);
    assert.equal(!understood.ok && understood.error.code, 'NO_COMMON_CODEC');
  });
});
