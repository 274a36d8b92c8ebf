import { fcmService, type FcmSettings } from '../../../src/push/fcm/service.ts';
import type { FcmTarget } from '../../../src/push/port.ts';
import type { Stage, StageSettings } from '../../contract/push-service.ts';
import { type Act, answer, type Arrived, Script } from './act.ts';
import { http2Server, type Http2Server } from './http2-server.ts';
import { httpsServer } from './https-server.ts';
import { newRsaKey } from './keys.ts';

export const googleKey = newRsaKey();

/** A refusal as FCM writes it. */
export function fcmError(code: number, status: string, errorCode?: string, headers?: Record<string, string>): Act {
  const type = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
  const details = errorCode === undefined ? [] : [{ '@type': type, errorCode }];
  return answer(code, JSON.stringify({ error: { code, message: 'in words', status, details } }), headers);
}

/** A token, as Google grants it. */
export function granted(token: string, seconds = 3599): Act {
  return answer(200, JSON.stringify({ access_token: token, expires_in: seconds, token_type: 'Bearer' }));
}

export interface FcmStage extends Stage<FcmTarget> {
  /** Requests for access tokens. */
  readonly tokens: Script;
  readonly tokenUrl: string;
  readonly server: Http2Server;
}

/** A service of ours, and a stand-in for Google's two. */
export async function fcmStage(
  { script, certificate, ca, delivery }: StageSettings,
  more: Partial<FcmSettings> = {},
): Promise<FcmStage> {
  const tokens = new Script(granted('ya29.first'));
  const server = await http2Server(script, certificate);
  const tokenServer = await httpsServer((arrived) => tokens.take(arrived), certificate);
  const tokenUrl = `${tokenServer.origin}/token`;
  const service = fcmService({
    ...delivery,
    origin: server.origin,
    tokenUrl,
    projectId: 'qaller-example',
    clientEmail: 'push@qaller-example.iam.gserviceaccount.com',
    keyId: 'key-1',
    key: googleKey.pem,
    ca,
    ...more,
  });
  return {
    service,
    tokens,
    server,
    tokenUrl,
    target: { service: 'fcm', token: 'cbM2:APA91b-example' },
    connections: () => server.connections,
    payloadOf,
    close: async () => {
      service.close();
      await server.close();
      await tokenServer.close();
    },
  };
}

function payloadOf({ body }: Arrived): unknown {
  const { data } = (JSON.parse(body.toString('utf8')) as { message: { data: Record<string, string> } }).message;
  return { ...data, display: JSON.parse(data['display'] ?? '') as unknown, deadline: Number(data['deadline']) };
}
