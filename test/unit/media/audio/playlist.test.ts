import assert from 'node:assert/strict';
import { type Piece, Playlist } from '../../../../src/media/audio/playlist.ts';

function heard(pieces: readonly Piece[], repeat: boolean, packets: number, law: 'PCMA' | 'PCMU' = 'PCMA'): string[] {
  const list = new Playlist(pieces, repeat, law);
  return Array.from({ length: packets }, () => {
    const packet = new Uint8Array(4);
    list.fill(packet);
    return `${Buffer.from(packet).toString('hex')}${list.over ? ' over' : ''}`;
  });
}

const one = { sound: Uint8Array.of(1, 2, 3, 4, 5) };
const two = { sound: Uint8Array.of(6, 7) };

describe('a playlist', () => {
  it('plays one piece after the other without a gap, then silence', () => {
    assert.deepEqual(heard([one, two], false, 3), ['01020304', '050607d5 over', 'd5d5d5d5 over']);
  });

  it('is over with the packet that ends it exactly', () => {
    assert.deepEqual(heard([{ silence: 2 }, two], false, 1), ['d5d50607 over']);
  });

  it('begins anew as often as is wanted', () => {
    assert.deepEqual(heard([one, { silence: 1 }], true, 3, 'PCMU'), ['01020304', '05ff0102', '030405ff']);
  });

  it('ends at once when nothing in it lasts any time, even if it is to be repeated', () => {
    assert.deepEqual(heard([{ silence: 0 }, { sound: new Uint8Array(0) }], true, 1), ['d5d5d5d5 over']);
  });
});
