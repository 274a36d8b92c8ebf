import { apnsService, type ApnsSettings } from '../../../src/push/apns/service.ts';
import type { ApnsTarget } from '../../../src/push/port.ts';
import type { Stage, StageSettings } from '../../contract/push-service.ts';
import { answer } from './act.ts';
import { http2Server, type Http2Server } from './http2-server.ts';
import { newEllipticKey } from './keys.ts';
import type { Path } from './path.ts';

export const appleKey = newEllipticKey();
export const deviceToken = '00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0';

/** An answer of APNs with one of its reasons. */
export function says(status: number, reason: string, more: object = {}) {
  return answer(status, JSON.stringify({ reason, ...more }));
}

export interface ApnsStage extends Stage<ApnsTarget> {
  readonly server: Http2Server;
}

/** A service of ours, and a stand-in for Apple's. */
export async function apnsStage(
  { script, certificate, ca, delivery }: StageSettings,
  more: Partial<ApnsSettings> & { streams?: number; path?: Path } = {},
): Promise<ApnsStage> {
  const { streams, path, ...settings } = more;
  const server = await http2Server(script, certificate, streams);
  const service = apnsService({
    ...delivery,
    origin: path === undefined ? server.origin : await path.to(server.origin),
    bundleId: 'com.example.qaller',
    teamId: 'DEF123GHIJ',
    keyId: 'ABC123DEFG',
    key: appleKey.pem,
    ca,
    ...settings,
  });
  return {
    service,
    server,
    target: { service: 'apns', token: deviceToken },
    connections: () => server.connections,
    payloadOf: ({ body }) => JSON.parse(body.toString('utf8')) as unknown,
    close: async () => {
      service.close();
      await server.close();
      path?.close();
    },
  };
}
