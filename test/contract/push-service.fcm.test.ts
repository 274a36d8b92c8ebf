import { answer } from '../support/push/act.ts';
import { fcmError, fcmStage } from '../support/push/fcm-stage.ts';
import { describePushService } from './push-service.ts';

describePushService(
  'FCM',
  {
    accept: answer(200, '{"name":"projects/qaller-example/messages/0:1500415314455276"}'),
    ill: fcmError(503, 'UNAVAILABLE', 'UNAVAILABLE'),
    unregistered: fcmError(404, 'NOT_FOUND', 'UNREGISTERED'),
    tooMany: (after) => fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', { 'retry-after': after }),
    badToken: fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'),
    cancels: true,
  },
  (settings) => fcmStage(settings),
);
