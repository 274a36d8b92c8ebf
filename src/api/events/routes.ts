import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../faults/fault.ts';
import { callerBy, callerStill, type SignedIn } from '../auth/caller.ts';
import type { Api } from '../http/app.ts';
import { Refusal } from '../http/problem.ts';
import type { ApiParts } from '../parts.ts';
import { problemAnswer } from '../schema/problem.ts';
import { closeCodes, Listening, type Socket } from './connection.ts';
import type { Change } from './feed.ts';
import { talkLimit } from './talk.ts';
import { newsFor } from './views.ts';

const protocol = 'qaller.v1';
const tokenPrefix = 'token.';
/** Whoever has not said who they are by then is sent away. */
const helloMs = 10_000;
/** WebSockets of one session: an app has one, and perhaps some that it forgot. */
const mostPerSession = 20;

const description = `A WebSocket. Say who you are in its first message, \`{"token": "…"}\`, within ten seconds; or offer the protocols
\`${protocol}\` and \`${tokenPrefix}…\` in Sec-WebSocket-Protocol. The token is never part of the address, which proxies log.

After \`{"type": "hello"}\` each message says what has changed and how it is now: \`{"type": "diversion", "id": "lunch", "now": {…}}\`,
without \`now\` when it is gone. \`me\` comes to the user; \`plan\`, \`diversion\`, \`number\`, \`user\`, \`device\` and \`trunk\` to administrators of
the company. After a connection was lost read what you show again. It is closed with ${String(closeCodes.notSignedIn)} when nobody is signed in with the
token, ${String(closeCodes.signedOut)} when that ends, ${String(closeCodes.tooMany)} when one session listens more than ${String(mostPerSession)} times, and ${String(closeCodes.tooSlow)} when the app does not read.`;

/** News for apps. */
export async function eventRoutes(api: Api, parts: ApiParts): Promise<void> {
  const { clock, feed } = parts;
  const listening = new Map<Socket, Listening>();
  const unsubscribe = feed.subscribe((change) => {
    for (const one of listening.values()) one.tell(change);
  });

  await api.register(websocket, {
    options: {
      maxPayload: 4_096,
      handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
    },
    preClose: (done) => {
      unsubscribe();
      for (const socket of api.websocketServer.clients) socket.close(1001, 'the exchange stops: come back in a minute');
      api.websocketServer.close(() => {
        done();
      });
    },
    errorHandler: (error, socket, request) => {
      parts.log.warn({ request: request.id, detail: error.message }, 'a WebSocket failed');
      socket.terminate();
    },
  });

  const welcome = (socket: Socket, who: SignedIn | undefined): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (who === undefined) {
      socket.close(closeCodes.notSignedIn, 'sign in by POST /v1/sessions');
      return;
    }
    const news = (asking: SignedIn, change: Change) => newsFor(asking, change, parts);
    const same = [...listening].filter(([, one]) => one.session === who.session.id);
    for (const [oldest] of same.slice(0, Math.max(0, same.length - mostPerSession + 1))) {
      oldest.close(closeCodes.tooMany, 'listens at too many places at once');
      listening.delete(oldest);
    }
    listening.set(
      socket,
      new Listening(socket, who, news, clock, (asking) => callerStill(asking, parts.store, clock.now())),
    );
    socket.on('close', () => void listening.delete(socket));
  };

  api.route({
    method: 'GET',
    url: '/v1/events',
    exposeHeadRoute: false,
    config: { access: 'anyone' },
    schema: { tags: ['events'], summary: 'News over a WebSocket', description, response: problemAnswer },
    handler: () => {
      const fault = new Fault('UPGRADE_NEEDED', 'open this address by WebSocket (ws: or wss:)');
      throw new Refusal(fault, { headers: { upgrade: 'websocket', connection: 'upgrade' } });
    },
    wsHandler: (socket, request) => {
      socket.on('error', () => socket.terminate());
      const mayTalk = talkLimit(clock);
      const heard = (): void => {
        if (!mayTalk()) socket.terminate();
      };
      socket.on('message', heard);
      socket.on('ping', heard);
      const token = offeredToken(request);
      if (token !== undefined) {
        void whoIs(token, parts).then((who) => welcome(socket, who));
        return;
      }
      const impatience = clock.after(helloMs, () => socket.close(closeCodes.notSignedIn, 'no token came'));
      socket.on('close', () => impatience.cancel());
      socket.once('message', (data) => {
        impatience.cancel();
        const said = saidToken(data);
        if (said === undefined) welcome(socket, undefined);
        else void whoIs(said, parts).then((who) => welcome(socket, who));
      });
    },
  });
}

async function whoIs(token: string, { store, clock, log }: ApiParts): Promise<SignedIn | undefined> {
  try {
    const caller = await callerBy(token, store, undefined, clock.now());
    return caller?.kind === 'user' ? caller : undefined;
  } catch (thrown) {
    log.error({ detail: Fault.from(thrown).message }, 'nobody could be looked up for a WebSocket');
    return undefined;
  }
}

/** Browsers cannot set headers of a WebSocket but for this one. */
function offeredToken({ headers }: FastifyRequest): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  return offered.find((one) => one.startsWith(tokenPrefix))?.slice(tokenPrefix.length);
}

function saidToken(data: unknown): string | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    if (typeof message !== 'object' || message === null || !('token' in message)) return undefined;
    return typeof message.token === 'string' && message.token.length <= 512 ? message.token : undefined;
  } catch {
    return undefined;
  }
}
