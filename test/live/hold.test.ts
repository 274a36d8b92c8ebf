import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestExchange } from '../support/exchange.ts';
import { type Conversation, sdp } from '../support/phone/conversation.ts';
import type { Phone } from '../support/phone/phone.ts';
import { type AudioDescription, type Direction, readDescription } from '../support/phone/session-description.ts';
import { writeTone } from '../support/sound-file.ts';
import { describeWith } from '../support/describe-with.ts';

const tune = 620;

/** One call on which everything is tried: what each hears, measured in the sound that arrived. */
describeWith(['sox'], 'phones that hold', function () {
  let folder: string;
  let test: TestExchange;
  let joris: Phone;
  let ours: Conversation;
  let theirs: Conversation;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qaller-hold-'));
    const file = join(folder, 'music.wav');
    await writeTone(file, tune, 30);
    test = await TestExchange.start({ QALLER_SOUNDS__MUSIC: file });
    joris = await test.registered('202-desk');
    const sanne = await test.registered('201-desk');
    const call = await joris.invite('201');
    theirs = await (await sanne.incomingCall()).answer();
    ours = await call.answered();
    ours.sendTone(440);
    theirs.sendTone(880);
    await bothHear();
  });
  after(async () => {
    await test.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function bothHear(): Promise<void> {
    await Promise.all([theirs.hear(440), ours.hear(880)]);
  }

  async function offer(
    by: 're-INVITE' | 'UPDATE',
    direction: Direction,
    changes: Partial<AudioDescription> = {},
  ): Promise<AudioDescription | undefined> {
    ours.direction = direction;
    const own = { ...ours.offer(), ...changes };
    const response = await (by === 'UPDATE'
      ? ours.request('UPDATE', { headers: { Contact: joris.contact }, body: sdp(own) })
      : ours.reinvite({ direction, body: sdp(own) }));
    assert.equal(response.status, 200);
    const answer = readDescription(response.body.toString());
    assert.ok(answer);
    ours.agree(own, answer);
    return answer;
  }

  for (const by of ['re-INVITE', 'UPDATE'] as const) {
    for (const [dialect, direction, changes, told] of [
      ['sendonly', 'sendonly', {}, 'recvonly'],
      ['inactive', 'inactive', {}, 'inactive'],
      ['0.0.0.0', 'sendrecv', { address: '0.0.0.0' }, 'recvonly'],
    ] as const) {
      it(`by ${dialect} in a ${by}: the other hears music, and after it the one who held`, async () => {
        assert.equal((await offer(by, direction, changes))?.direction, told);
        await Promise.all([theirs.hear(tune), ours.silence(100)]);
        assert.equal((await offer(by, 'sendrecv'))?.direction, 'sendrecv');
        await bothHear();
      });
    }
  }

  it('and refresh: the music goes on; and resume with fewer codecs; nothing is missing from the stream', async () => {
    await offer('re-INVITE', 'sendonly');
    await theirs.hear(tune);
    assert.equal((await offer('UPDATE', 'sendonly'))?.direction, 'recvonly');
    assert.equal((await theirs.refresh()).status, 200);
    await theirs.hear(tune);
    await offer('re-INVITE', 'sendrecv', { codecs: ['PCMA'] });
    await bothHear();
    // Who was held seven times by now; the holder misses what it did not want to hear.
    assert.equal(theirs.audio.ear.lost, 0);
  });

  it('both at once: neither hears music; each hears it that resumes first', async () => {
    await offer('re-INVITE', 'sendonly');
    assert.equal((await theirs.hold()).status, 200);
    await Promise.all([ours.silence(200), theirs.silence(200)]);
    await offer('re-INVITE', 'sendrecv');
    await Promise.all([ours.hear(tune), theirs.silence(150)]);
    assert.equal((await theirs.resume()).status, 200);
    await bothHear();
  });

  it('and listen only: no music; and hang up while they hold: all is clean', async () => {
    await offer('UPDATE', 'recvonly');
    await Promise.all([ours.hear(880), theirs.silence(150)]);
    await offer('UPDATE', 'sendonly');
    await theirs.hear(tune);
    await ours.hangUp();
    await theirs.ended;
    assert.deepEqual([ours.audio.ear.ssrcs.size, theirs.audio.ear.ssrcs.size], [1, 1]);
    const { record } = await test.call(1);
    assert.equal(record.outcome, 'answered');
    assert.equal(test.exchange.media.load().endpoints, 0);
  });
});
