import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { VoicemailFiles } from '../../../src/app/voicemail-files.ts';

describe('voicemail files', () => {
  let outer: string;
  let files: VoicemailFiles;

  before(async () => {
    outer = await mkdtemp(join(tmpdir(), 'voicemail-'));
    await mkdir(join(outer, 'box', 'folder'), { recursive: true });
    await writeFile(join(outer, 'box', 'one.wav'), 'what was said');
    await writeFile(join(outer, 'box', '..one.wav'), 'an odd name');
    await writeFile(join(outer, 'secret.wav'), 'nobody’s business');
    files = new VoicemailFiles(join(outer, 'box'));
  });
  after(() => rm(outer, { recursive: true }));

  it('are read from the folder', async () => {
    const sound = await files.open('one.wav');
    assert.ok(sound !== undefined);
    assert.equal(await text(sound), 'what was said');
    const odd = await files.open('..one.wav');
    assert.ok(odd !== undefined);
    assert.equal(await text(odd), 'an odd name');
  });

  for (const path of [
    '../secret.wav',
    'folder/../../secret.wav',
    '/etc/hostname',
    '..',
    '.',
    '',
    'a\0b',
    'folder',
    'one.wav/x',
  ])
    it(`do not include ${JSON.stringify(path)}, which is neither read nor removed`, async () => {
      assert.equal(await files.open(path), undefined);
      if (path !== 'folder') await files.remove(path);
      assert.deepEqual(await readdir(outer), ['box', 'secret.wav']);
    });

  it('are gone once removed, and can be removed again', async () => {
    await files.remove('one.wav');
    await files.remove('one.wav');
    assert.equal(await files.open('one.wav'), undefined);
  });

  it('that cannot be removed say what to do', async () => {
    await assert.rejects(files.remove('folder'), { code: 'STORE_FAILED', message: /voicemail\.folder/ });
  });
});
