import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/kernel/system-clock.ts';
import type { DeliverySettings } from '../../../src/push/delivery.ts';
import type { StageSettings } from '../../contract/push-service.ts';
import { Authority } from '../certificates.ts';
import { type Act, Script } from './act.ts';

/** What the tests of one adapter set up their stages with. */
export interface Ground {
  settings(usual: Act, delivery?: Partial<DeliverySettings>): StageSettings;
  remove(): void;
}

export function ground(): Ground {
  const authority = new Authority();
  const certificate = authority.certificate('DNS:localhost');
  const ca = readFileSync(authority.cert, 'utf8');
  const usually: DeliverySettings = {
    clock: systemClock,
    random: () => 0.5,
    attemptMs: 2_000,
    backoff: { firstMs: 10, longestMs: 20 },
  };
  return {
    settings: (usual, delivery) => ({
      script: new Script(usual),
      certificate,
      ca,
      delivery: { ...usually, ...delivery },
    }),
    remove: () => authority.remove(),
  };
}
