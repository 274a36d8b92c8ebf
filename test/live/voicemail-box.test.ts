import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { readWav } from '../../src/media/audio/wav.ts';
import { loudness, sampleRate, toneShare } from '../support/phone/tone.ts';
import type { App } from '../support/reach/app.ts';
import { outside, ReachCompany } from '../support/reach/company.ts';

interface Listed {
  readonly items: readonly { readonly id: string; readonly from: string | null; readonly seconds: number }[];
}

describe('a voicemail box', function () {
  this.timeout(20_000);
  let folder: string;
  let company: ReachCompany;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qaller-box-'));
    company = await ReachCompany.start({ QALLER_VOICEMAIL__FOLDER: folder });
  });
  after(async () => {
    await company.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const messages = async (app: App) => ((await app.does('GET', '/v1/me/voicemail')) as Listed).items;

  async function sound(app: App, message: string): Promise<Response> {
    const headers: Record<string, string> = app.token === undefined ? {} : { authorization: `Bearer ${app.token}` };
    return fetch(`${app.base}/v1/me/voicemail/${message}/audio`, { headers });
  }

  it('is reached once its owner wants it, takes a message, and shows it to its owner alone', async () => {
    const { sanne, joris, neighbour, stranger } = company.apps;
    await sanne.does('PUT', '/v1/me/route', { is: 'voicemail' });
    const call = await company.party('carrier').invite('0851234568', {
      headers: { 'P-Asserted-Identity': `<sip:${outside}@example.com>` },
    });
    const talk = await call.answered();
    const heard = talk.audio.ear.record();
    await later(1_200);
    assert.ok(loudness(heard()) > 200, 'there was no greeting');
    assert.ok(toneShare(heard().slice(-sampleRate / 2), 1_000) < 0.5, 'the beep came before the greeting');
    talk.press('#');
    await talk.hear(1_000);
    talk.sendTone(440);
    await later(1_500);
    await talk.hangUp();
    await company.test.call(1);

    const [message, ...others] = await messages(sanne);
    assert.ok(message);
    assert.deepEqual([message.from, others], [outside, []]);
    assert.ok(message.seconds > 0.8 && message.seconds < 2.5, String(message.seconds));
    const audio = await sound(sanne, message.id);
    assert.deepEqual([audio.status, audio.headers.get('content-type')], [200, 'audio/wav']);
    const samples = readWav(new Uint8Array(await audio.arrayBuffer()));
    assert.ok(samples.ok, samples.ok ? '' : samples.error);
    const { value } = samples;
    const middle = value.subarray(value.length / 2 - sampleRate / 8, value.length / 2 + sampleRate / 8);
    assert.ok(toneShare(middle, 440) > 0.9, `${String(toneShare(middle, 440))} of it is what was said`);

    for (const [other, status] of [
      [joris, 404],
      [neighbour, 404],
      [stranger, 401],
    ] as const) {
      assert.equal((await sound(other, message.id)).status, status);
      assert.equal((await other.ask('DELETE', `/v1/me/voicemail/${message.id}`)).status, status);
      if (status === 404) assert.deepEqual(await messages(other), []);
    }
    assert.deepEqual(await readdir(folder), [`${message.id}.wav`]);
    await sanne.does('DELETE', `/v1/me/voicemail/${message.id}`);
    assert.deepEqual(await messages(sanne), []);
    assert.equal((await sound(sanne, message.id)).status, 404);
    assert.deepEqual(await readdir(folder), []);
  });
});
