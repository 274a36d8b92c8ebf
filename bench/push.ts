/**
 * How many phones a second can be woken, by each push service: `npm run bench:push`. The other side is a stand-in on
 * loopback in the same process, so that half of the processor time is its own.
 */
import { performance } from 'node:perf_hooks';
import type { PushTarget } from '../src/push/port.ts';
import type { Stage } from '../test/contract/push-service.ts';
import { answer } from '../test/support/push/act.ts';
import { apnsStage } from '../test/support/push/apns-stage.ts';
import { fcmStage } from '../test/support/push/fcm-stage.ts';
import { ground } from '../test/support/push/own-stage.ts';
import { webPushStage } from '../test/support/push/webpush-stage.ts';

const wakes = 2_000;
const patience = { attemptMs: 30_000 };

async function measure<Target extends PushTarget>(name: string, stage: Stage<Target>): Promise<void> {
  const one = () => {
    const payload = { call: 'a1b2c3', display: { kind: 'anonymous' }, deadline: Date.now() + 30_000 } as const;
    return stage.service.wake({ target: stage.target, kind: 'call', payload });
  };
  await one();
  const since = performance.now();
  const outcomes = await Promise.all(Array.from({ length: wakes }, one));
  const seconds = (performance.now() - since) / 1000;
  const accepted = outcomes.filter(({ outcome }) => outcome === 'accepted').length;
  const rate = Math.round(accepted / seconds);
  console.log(`${name}: ${accepted} of ${wakes} pushes at once accepted in ${seconds.toFixed(2)} s, ${rate} a second`);
  await stage.close();
}

const field = ground();
try {
  await measure('APNs', await apnsStage(field.settings(answer(200), patience)));
  await measure('FCM', await fcmStage(field.settings(answer(200, '{"name":"projects/p/messages/1"}'), patience)));
  await measure('web push', await webPushStage(field.settings(answer(201), patience)));
} finally {
  field.remove();
}
