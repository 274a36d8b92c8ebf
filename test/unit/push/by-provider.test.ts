import assert from 'node:assert/strict';
import { byProvider } from '../../../src/push/by-provider.ts';
import type { PushService, PushTarget } from '../../../src/push/port.ts';

const payload = { call: 'a1', display: { kind: 'anonymous' }, deadline: 0 } as const;
const targets: readonly PushTarget[] = [
  { service: 'apns', token: '00' },
  { service: 'fcm', token: 'a' },
  { service: 'webpush', endpoint: 'https://push.example.com/', p256dh: '', auth: '' },
];

describe('all push services as one', () => {
  it('send each target to its own, close all, and refuse what is not set up', async () => {
    const closed: string[] = [];
    const recording = (name: string): PushService => ({
      wake: async ({ target }) => ({ outcome: 'accepted', id: `${name} for ${target.service}` }),
      close: () => void closed.push(name),
    });
    const all = byProvider({ apns: recording('A'), fcm: recording('F'), webpush: recording('W') });
    const outcomes = await Promise.all(targets.map((target) => all.wake({ target, payload, kind: 'call' })));
    assert.deepEqual(
      outcomes.map((outcome) => outcome.outcome === 'accepted' && outcome.id),
      ['A for apns', 'F for fcm', 'W for webpush'],
    );
    all.close();
    assert.deepEqual(closed, ['A', 'F', 'W']);
    for (const target of targets) {
      const outcome = await byProvider({}).wake({ target, payload, kind: 'call' });
      assert.deepEqual(outcome, { outcome: 'refused', reason: `no push service is set up for ${target.service}` });
    }
  });
});
