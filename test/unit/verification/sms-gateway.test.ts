import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { E164, TenantId, UserId } from '../../../src/directory/types.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { smsGateway } from '../../../src/verification/sms-gateway.ts';

const log = createLogger({ level: 'silent', pretty: false });
const number = '+31612345678' as E164;
const user = { id: 'anna' as UserId, tenant: 'bakery' as TenantId };

describe('a code by text message', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => answer(request, response, body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reaches the gateway with the number, the text in the language of the company, and the token', async () => {
    const seen: unknown[] = [];
    answer = (request, response, body) => {
      seen.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
      response.writeHead(202).end('{}');
    };
    const gateway = smsGateway({ url, token: 'a token', log });
    await gateway.tell(number, '012345', 'nl', user);
    await gateway.tell(number, '012345', 'en', user);
    const text = 'Je code voor Qaller is 012345. Hij is tien minuten geldig. Geef hem aan niemand.';
    const english = 'Your code for Qaller is 012345. It holds for ten minutes. Give it to nobody.';
    assert.deepEqual(seen, [
      ['POST', '/messages', 'Bearer a token', { to: number, text }],
      ['POST', '/messages', 'Bearer a token', { to: number, text: english }],
    ]);
  });

  const told = () => smsGateway({ url, token: undefined, log, patienceMs: 200 }).tell(number, '012345', 'nl', user);
  const failing: Readonly<Record<string, typeof answer>> = {
    'refuses it': (_request, response) => response.writeHead(500).end(),
    'sends us elsewhere': (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    'says nothing': () => undefined,
    'hangs up': (request) => request.socket.destroy(),
  };
  for (const [what, behaviour] of Object.entries(failing)) {
    it(`is not told when the gateway ${what}, and the message says what to do`, async () => {
      answer = behaviour;
      await assert.rejects(told(), { code: 'CODE_NOT_TOLD', message: /try again in a minute/ });
    });
  }

  it('is not told when the gateway is down', async () => {
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(told(), { code: 'CODE_NOT_TOLD' });
  });
});
