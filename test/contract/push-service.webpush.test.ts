import { answer } from '../support/push/act.ts';
import { webPushStage } from '../support/push/webpush-stage.ts';
import { describePushService } from './push-service.ts';

describePushService(
  'web push',
  {
    accept: answer(201, '', { location: 'https://localhost/m/1' }),
    ill: answer(503),
    unregistered: answer(410),
    tooMany: (after) => answer(429, '', { 'retry-after': after }),
    badToken: answer(400, '{"errno":103}'),
    cancels: true,
  },
  (settings) => webPushStage(settings),
);
