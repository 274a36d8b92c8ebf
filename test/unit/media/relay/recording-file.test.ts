import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tone } from '../../../../src/media/audio/tone.ts';
import { readWav } from '../../../../src/media/audio/wav.ts';
import { RecordingFile, type WritableFile } from '../../../../src/media/relay/recording-file.ts';

const second = tone(440, 1000);

describe('a recording on disk', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recording-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('can be played at every moment, and is private', async () => {
    const path = join(folder, 'a', 'b', 'message.wav');
    const made = await RecordingFile.create(path, 2000, unexpected);
    assert.ok(made.ok);
    for (let pieces = 0; pieces < 3; pieces++) {
      assert.equal((await samplesOf(path)) % second.length, 0);
      made.value.append(second);
      while ((await samplesOf(path)) < (pieces + 1) * second.length) await new Promise(setImmediate);
    }
    assert.deepEqual(await made.value.finish(undefined), { samples: 24_000, whole: true });
    assert.equal((await stat(path)).mode & 0o077, 0);
  });

  it('loses the silence at its end', async () => {
    const path = join(folder, 'cut.wav');
    const made = await RecordingFile.create(path, 2000, unexpected);
    assert.ok(made.ok);
    made.value.append(second);
    assert.deepEqual(await made.value.finish(5000), { samples: 5000, whole: true });
    assert.equal((await stat(path)).size, 44 + 10_000);
    assert.equal(await samplesOf(path), 5000);
  });

  it('keeps what was written when the disk fills up, and tells so once', async () => {
    let told = 0;
    const disk = fakeDisk(44 + 20_000);
    const made = await RecordingFile.create('x', 2000, () => (told += 1), disk.open);
    assert.ok(made.ok);
    for (let pieces = 0; pieces < 4; pieces++) made.value.append(second);
    assert.deepEqual(await made.value.finish(undefined), { samples: 8000, whole: false });
    assert.equal(told, 1);
    assert.equal(disk.closed(), 1);
  });

  it('does not wait for a disk that hangs', async () => {
    const hanging = () => new Promise<never>(() => undefined);
    const made = await RecordingFile.create('x', 20, unexpected, hanging);
    assert.equal(!made.ok && made.error.code, 'RECORDING_FAILED');
    const disk = fakeDisk(Infinity);
    let told = 0;
    const late = await RecordingFile.create('x', 20, () => (told += 1), disk.open);
    assert.ok(late.ok);
    disk.hang();
    for (let pieces = 0; pieces < 12; pieces++) late.value.append(second);
    assert.equal((await late.value.finish(undefined)).whole, false);
    assert.equal(told, 1);
  });
});

async function samplesOf(path: string): Promise<number> {
  const pcm = readWav(await readFile(path));
  assert.ok(pcm.ok);
  return pcm.value.length;
}

function unexpected(cause: unknown): void {
  assert.fail(String(cause));
}

/** A file on a disk with so much room. */
function fakeDisk(room: number) {
  let closed = 0;
  let hanging = false;
  const file: WritableFile = {
    write: async (_bytes, _offset, length, position) => {
      if (hanging) await new Promise(() => undefined);
      if (position + length > room) throw new Error('ENOSPC: no space left on device');
      return { bytesWritten: length };
    },
    truncate: async () => undefined,
    datasync: async () => undefined,
    close: async () => {
      closed += 1;
    },
  };
  return { open: async () => file, closed: () => closed, hang: () => (hanging = true) };
}
