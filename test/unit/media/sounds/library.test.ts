import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { readWav, wavBytes, wavHeader } from '../../../../src/media/audio/wav.ts';
import { spokenSounds } from '../../../../src/media/port.ts';
import { SoundFiles } from '../../../../src/media/sounds/library.ts';

const own = fileURLToPath(new URL('../../../../sounds', import.meta.url));
const good = Buffer.concat([wavHeader(160), wavBytes(new Int16Array(160))]);

describe('the library of sounds', () => {
  let tenants: string;
  let troubles: string[];
  let library: SoundFiles;

  beforeEach(async () => {
    tenants = await mkdtemp(join(tmpdir(), 'tenants-'));
    await mkdir(join(tenants, 'acme'));
    troubles = [];
    library = new SoundFiles({ own, tenants, onTrouble: ({ file }) => troubles.push(file) });
  });
  afterEach(() => rm(tenants, { recursive: true }));

  const find = (name: string, tenant: string | undefined = 'acme') => library.find({ name, language: 'nl', tenant });
  const ours = (name: string) => [{ is: 'file', path: join(own, 'nl', `${name}.wav`) }];

  it('has every sound and digit in every language, and music, as files that can be played', () => {
    const digits = Array.from({ length: 10 }, (_, digit) => `digit-${digit}`);
    const names = ['nl', 'en'].flatMap((language) => [...spokenSounds, ...digits].map((name) => `${language}/${name}`));
    for (const name of [...names, 'music']) {
      const pcm = readWav(readFileSync(join(own, `${name}.wav`)));
      assert.ok(pcm.ok, name);
      assert.ok(pcm.value.length > 2000, name);
      assert.ok(pcm.value.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) > 5000, `${name} can be heard`);
    }
  });

  it('finds the sound of the exchange, and before it that of the company', async () => {
    assert.deepEqual(await find('closed'), ours('closed'));
    const path = join(tenants, 'acme', 'closed.wav');
    await writeFile(path, good);
    assert.deepEqual(await find('closed'), [{ is: 'file', path }]);
    assert.deepEqual(await find('closed', 'other'), ours('closed'));
    assert.deepEqual(await library.find({ name: 'closed', language: 'nl', tenant: undefined }), ours('closed'));
    assert.deepEqual(troubles, []);
  });

  it('lets another stand in for what is missing, and says so once', async () => {
    assert.deepEqual(await find('welcome'), ours('nobody-available'));
    assert.deepEqual(await find('welcome'), ours('nobody-available'));
    assert.equal(troubles.length, 1);
  });

  it('lets ours stand in for what cannot be played, and takes it once it was mended', async () => {
    const path = join(tenants, 'acme', 'closed.wav');
    await writeFile(path, 'MP3');
    assert.deepEqual(await find('closed'), ours('closed'));
    assert.deepEqual(await find('closed'), ours('closed'));
    assert.deepEqual(troubles, [path]);
    await writeFile(path, good);
    assert.deepEqual(await find('closed'), [{ is: 'file', path }]);
  });

  it('follows no name out of its folder', async () => {
    await writeFile(join(tenants, 'secret.wav'), good);
    await symlink(join(tenants, 'secret.wav'), join(tenants, 'acme', '.hidden.wav'));
    for (const name of ['../secret', '..', '.hidden', 'a/b', 'a\\b', 'a\0', '', 'x'.repeat(500), 'en/closed']) {
      assert.deepEqual(await find(name), ours('nobody-available'), name);
    }
    assert.deepEqual(await find('secret', '..'), ours('nobody-available'));
    assert.deepEqual(await find('secret', ''), ours('nobody-available'));
  });

  it('is not silent when its own sounds are gone', async () => {
    const empty = new SoundFiles({ own: tenants, tenants, onTrouble: () => undefined });
    assert.deepEqual(await empty.find({ name: 'closed', language: 'nl', tenant: undefined }), [
      { is: 'tone', tone: 'congestion' },
    ]);
  });

  it('reads digits out one by one', () => {
    assert.deepEqual(
      library.digits('12 3x', 'nl').map((each) => (each.is === 'file' ? each.path : '')),
      ['digit-1', 'digit-2', 'digit-3'].map((name) => join(own, 'nl', `${name}.wav`)),
    );
  });
});
