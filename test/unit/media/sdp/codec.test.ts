import assert from 'node:assert/strict';
import { type Codec, commonCodecs, encodingName, pcma, pcmu, telephoneEvent } from '../../../../src/media/sdp/codec.ts';
import { renumbering, settled } from '../../../../src/media/relay/agreement.ts';

const opus: Codec = { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2, parameters: undefined };

describe('codecs that two parties have in common', () => {
  it('come in the order of the one, under the numbers of the other', () => {
    const answered = [{ ...opus, payloadType: 96, name: 'OPUS', parameters: 'stereo=1' }, pcma];
    assert.deepEqual(commonCodecs([pcma, pcmu, opus], answered), [{ ...answered[0], payloadType: 111 }, pcma]);
  });

  it('give no number to two of them', () => {
    const second = { ...telephoneEvent, payloadType: 102 };
    assert.deepEqual(commonCodecs([telephoneEvent], [telephoneEvent, second]), [telephoneEvent]);
  });

  it('must carry a voice', () => {
    const none = settled([pcma, telephoneEvent], [pcmu, telephoneEvent]);
    assert.equal(!none.ok && none.error.code, 'NO_COMMON_CODEC');
  });

  it('are renumbered only where the parties differ', () => {
    const numbers = renumbering([pcma, telephoneEvent], [pcma, { ...telephoneEvent, payloadType: 96 }]);
    assert.equal(numbers[101], 96);
    assert.equal(numbers[8], undefined);
  });

  it('are named as in a=rtpmap', () => {
    assert.deepEqual([pcma, opus].map(encodingName), ['PCMA/8000', 'opus/48000/2']);
  });
});
