import type { ApnsTarget, FcmTarget, PushOutcome, PushService, Wake, WebPushTarget } from './port.ts';

export interface Providers {
  readonly apns?: PushService<ApnsTarget>;
  readonly fcm?: PushService<FcmTarget>;
  readonly webpush?: PushService<WebPushTarget>;
}

/** All push services as one: each target goes to its own. A target whose service is not set up is refused. */
export function byProvider(providers: Providers): PushService {
  return {
    wake(wake) {
      const { target } = wake;
      switch (target.service) {
        case 'apns':
          return providers.apns?.wake({ ...wake, target }) ?? notSetUp(wake);
        case 'fcm':
          return providers.fcm?.wake({ ...wake, target }) ?? notSetUp(wake);
        case 'webpush':
          return providers.webpush?.wake({ ...wake, target }) ?? notSetUp(wake);
      }
    },
    close() {
      for (const service of [providers.apns, providers.fcm, providers.webpush]) service?.close();
    },
  };
}

async function notSetUp({ target }: Wake): Promise<PushOutcome> {
  return Promise.resolve({ outcome: 'refused', reason: `no push service is set up for ${target.service}` });
}
