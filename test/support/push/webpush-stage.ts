import { webPushService, type WebPushSettings } from '../../../src/push/webpush/service.ts';
import type { WebPushTarget } from '../../../src/push/port.ts';
import type { Stage, StageSettings } from '../../contract/push-service.ts';
import { Browser } from './browser.ts';
import { httpsServer } from './https-server.ts';
import { newEllipticKey } from './keys.ts';

export const applicationKey = newEllipticKey();

export interface WebPushStage extends Stage<WebPushTarget> {
  readonly origin: string;
}

/** A service of ours, a stand-in for a browser's push service, and the browser. */
export async function webPushStage(
  { script, certificate, ca, delivery }: StageSettings,
  more: Partial<WebPushSettings> = {},
): Promise<WebPushStage> {
  const server = await httpsServer((arrived) => script.take(arrived), certificate);
  const browser = new Browser();
  const { p256dh, auth } = browser;
  const service = webPushService({
    ...delivery,
    key: applicationKey.pem,
    subject: 'mailto:beheer@example.com',
    hosts: ['localhost'],
    ca,
    ...more,
  });
  return {
    service,
    origin: server.origin,
    target: { service: 'webpush', endpoint: `${server.origin}/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV`, p256dh, auth },
    connections: () => server.connections,
    payloadOf: ({ body }) => JSON.parse(browser.decrypt(body)) as unknown,
    close: async () => {
      service.close();
      await server.close();
    },
  };
}
