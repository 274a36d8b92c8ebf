import assert from 'node:assert/strict';
import type { TenantId, UserId } from '../../../src/directory/types.ts';
import { type ApiWorld, startWorld } from '../../support/api/world.ts';

describe('voicemail in the API', () => {
  let world: ApiWorld;
  let anna: string;

  before(async () => {
    world = await startWorld();
    anna = await world.signIn('anna');
    for (const [id, user, tenant] of [
      ['annas', 'anna', 'bakery'],
      ['gone', 'anna', 'bakery'],
      ['bobs', 'bob', 'bakery'],
      ['ginas', 'gina', 'garage'],
    ] as const)
      await world.store.voicemail.save({
        ...{ id, tenant: tenant as TenantId, user: user as UserId, call: id, from: undefined, fromName: undefined },
        ...{ at: world.clock.now(), milliseconds: 4_200, file: `${id}.wav` },
      });
  });
  after(() => world.stop());

  it('is listed for its owner, and no other', async () => {
    const { body } = await world.ask(anna, 'GET', '/v1/me/voicemail');
    assert.deepEqual(body.items.map(({ id }: { id: string }) => id).sort(), ['annas', 'gone']);
    assert.equal(body.items[0].seconds, 4.2);
  });

  it('is heard as a WAV file, and says so when its sound is gone', async () => {
    const heard = await world.ask(anna, 'GET', '/v1/me/voicemail/annas/audio');
    assert.deepEqual([heard.status, heard.headers.get('content-type')], [200, 'audio/wav']);
    const gone = await world.ask(anna, 'GET', '/v1/me/voicemail/gone/audio');
    assert.deepEqual([gone.status, gone.body.code], [404, 'NOT_FOUND']);
  });

  for (const id of ['bobs', 'ginas', 'nobodys'])
    it(`neither tells nor removes what is another’s: ${id}`, async () => {
      assert.equal((await world.ask(anna, 'GET', `/v1/me/voicemail/${id}/audio`)).status, 404);
      assert.equal((await world.ask(anna, 'DELETE', `/v1/me/voicemail/${id}`)).status, 404);
      assert.deepEqual(world.removed, []);
    });

  it('is removed with its sound', async () => {
    assert.equal((await world.ask(anna, 'DELETE', '/v1/me/voicemail/annas')).status, 204);
    assert.deepEqual(world.removed, ['annas.wav']);
    assert.equal(await world.store.voicemail.get('annas'), undefined);
    assert.equal((await world.ask(anna, 'DELETE', '/v1/me/voicemail/annas')).status, 404);
    assert.ok((await world.store.voicemail.get('bobs')) !== undefined);
  });
});
