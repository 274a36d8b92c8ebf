import { answer } from '../support/push/act.ts';
import { apnsStage, says } from '../support/push/apns-stage.ts';
import { describePushService } from './push-service.ts';

describePushService(
  'APNs',
  {
    accept: answer(200),
    ill: says(500, 'InternalServerError'),
    unregistered: says(410, 'Unregistered', { timestamp: Date.UTC(2030, 0, 1) }),
    tooMany: (after) => answer(429, '{"reason":"TooManyRequests"}', { 'retry-after': after }),
    badToken: says(400, 'BadDeviceToken'),
    cancels: false,
  },
  (settings) => apnsStage(settings),
);
