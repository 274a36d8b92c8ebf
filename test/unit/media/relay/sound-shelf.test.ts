import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeG711 } from '../../../../src/media/audio/g711.ts';
import { tone } from '../../../../src/media/audio/tone.ts';
import { wavBytes, wavHeader } from '../../../../src/media/audio/wav.ts';
import { SoundShelf } from '../../../../src/media/relay/sound-shelf.ts';
import type { Playable } from '../../../../src/media/port.ts';

describe('the shelf of sounds', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shelf-'));
    path = join(folder, 'sound.wav');
    await write(440);
  });
  after(() => rm(folder, { recursive: true }));

  async function write(frequency: number): Promise<void> {
    const pcm = tone(frequency, 100);
    await writeFile(path, Buffer.concat([wavHeader(pcm.length), wavBytes(pcm)]));
  }

  async function one(shelf: SoundShelf, playable: Playable, law: 'PCMA' | 'PCMU' = 'PCMA'): Promise<Uint8Array> {
    const pieces = await shelf.pieces([playable], law);
    assert.ok(pieces.ok);
    const [piece] = pieces.value;
    assert.ok(piece !== undefined && 'sound' in piece);
    return piece.sound;
  }

  it('has each sound once for each law, in memory that threads share', async () => {
    const shelf = new SoundShelf(undefined, 2000);
    const sounds = await Promise.all([1, 2, 3].map(() => one(shelf, { is: 'file', path })));
    assert.ok(sounds.every((sound) => sound === sounds[0]));
    assert.ok(sounds[0]!.buffer instanceof SharedArrayBuffer);
    assert.deepEqual(Buffer.from(sounds[0]!), Buffer.from(encodeG711(tone(440, 100), 'PCMA')));
    const other = await one(shelf, { is: 'file', path }, 'PCMU');
    assert.deepEqual(Buffer.from(other), Buffer.from(encodeG711(tone(440, 100), 'PCMU')));
    assert.equal(await one(shelf, { is: 'file', path }), sounds[0]);
  });

  it('reads a file again that has changed', async () => {
    const shelf = new SoundShelf(undefined, 2000);
    await one(shelf, { is: 'file', path });
    await write(700);
    await utimes(path, 1, 1);
    const now = await one(shelf, { is: 'file', path });
    assert.deepEqual(Buffer.from(now), Buffer.from(encodeG711(tone(700, 100), 'PCMA')));
  });

  it('has the ringback tone for music that cannot be played', async () => {
    const ringback = await one(new SoundShelf(undefined, 2000), { is: 'tone', tone: 'ringback' });
    for (const music of [undefined, join(folder, 'missing.wav')]) {
      assert.deepEqual(Buffer.from(await one(new SoundShelf(music, 2000), { is: 'music' })), Buffer.from(ringback));
    }
    assert.equal((await one(new SoundShelf(path, 2000), { is: 'music' })).length, 800);
  });

  it('refuses a list with something in it that cannot be played, and says what', async () => {
    const missing: Playable = { is: 'file', path: join(folder, 'missing.wav') };
    const pieces = await new SoundShelf(undefined, 2000).pieces([{ is: 'pause', milliseconds: 10 }, missing], 'PCMA');
    assert.ok(!pieces.ok);
    assert.equal(pieces.error.code, 'SOUND_UNREADABLE');
    assert.match(pieces.error.message, /missing\.wav cannot be played: ENOENT/);
  });
});
