import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { Fault } from '../faults/fault.ts';
import { type Access, refusalOf } from './auth/access.ts';
import { callerBy } from './auth/caller.ts';
import { bearerToken } from './auth/token.ts';
import type { Api } from './http/app.ts';
import { answerDamaged } from './http/damaged.ts';
import { readJsonOnly } from './http/json-body.ts';
import { answerUnknown } from './http/not-found.ts';
import { sendProblem } from './http/problem.ts';
import { limitRates } from './http/rates.ts';
import { tagAnswers } from './http/conditional.ts';
import { logRequests } from './http/request-log.ts';
import { readNumbersOfQuery } from './http/query-numbers.ts';
import { explainValidation } from './http/validation.ts';
import { describeApi } from './openapi.ts';
import type { ApiParts } from './parts.ts';
import { addRoutes } from './routes.ts';
import { namedSchemas } from './schema/all.ts';

export interface ApiListener {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM texts; undefined: HTTP without TLS. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  /** Networks (CIDR) whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

export interface RunningApi {
  readonly address: string;
  readonly port: number;
  /** Every route, and who may use it. */
  readonly routes: readonly Route[];
  /** Takes effect for who connects from now on; throws what is wrong with it. Nothing without TLS. */
  useCertificate(texts: { readonly key: string; readonly cert: string }): void;
  /** Lets requests that are being answered be answered, for a few seconds; safe to call twice. */
  close(): Promise<void>;
}

export interface Route {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

const version = '1.0.0';
/** RFC 8996 takes away what is older. */
const oldestTls = 'TLSv1.2';
const bodyLimit = 256 * 1024;
const requestTimeoutMs = 30_000;
/** How long a stop waits for answers that are under way. */
const farewellMs = 3_000;

/** @throws Error of the system when the port cannot be had */
export async function startApi(listener: ApiListener, parts: ApiParts): Promise<RunningApi> {
  const routes: Route[] = [];
  const api = await buildApi(listener, parts, routes);
  try {
    await api.listen({ host: listener.address, port: listener.port });
  } catch (thrown) {
    await api.close();
    throw thrown;
  }
  const [bound] = api.addresses();
  const open = typeof bound === 'object' ? { address: bound.address, port: bound.port } : listener;
  const stop = async (): Promise<void> => {
    const closeAll = parts.clock.after(farewellMs, () => {
      api.server.closeAllConnections();
    });
    await api.close();
    closeAll.cancel();
  };
  let stopping: Promise<void> | undefined;
  return {
    ...{ address: open.address, port: open.port, routes },
    useCertificate: (texts) => {
      // A context of `createSecureContext` first: a pair that does not fit throws there, and the old one stays.
      createSecureContext(texts);
      if (api.server instanceof HttpsServer) api.server.setSecureContext({ ...texts, minVersion: oldestTls });
    },
    close: () => (stopping ??= stop()),
  };
}

async function buildApi(listener: ApiListener, parts: ApiParts, routes: Route[]): Promise<Api> {
  const api = emptyServer(listener);
  readJsonOnly(api);
  answerUnknown(api);
  logRequests(api, parts.log);
  // Serialisers made of the schemas are compiled when they are first used, while calls wait; views say what is shown.
  api.setSerializerCompiler(() => (data) => JSON.stringify(data));
  api.setSchemaErrorFormatter((errors, where) => explainValidation(errors, where));
  readNumbersOfQuery(api);
  tagAnswers(api);
  demandAccess(api, routes);
  const rates = await limitRates(api, parts.settings);
  api.decorateRequest('caller', undefined);
  api.addHook('onRequest', async (request) => {
    const token = bearerToken(request.headers.authorization);
    const { store, operatorToken, clock } = parts;
    request.caller = token === undefined ? undefined : await callerBy(token, store, operatorToken, clock.now());
    await rates.request(request);
    const refusal = refusalOf(
      request.is404 ? 'anyone' : (request.routeOptions.config.access ?? 'operator'),
      request.caller,
    );
    if (refusal !== undefined) throw refusal;
  });
  for (const schema of namedSchemas) api.addSchema(schema);
  await describeApi(api, version);
  await addRoutes(api, parts, rates);
  await api.ready();
  return api;
}

function emptyServer({ tls, trustedProxies }: ApiListener): Api {
  const limits = { requestTimeout: requestTimeoutMs, keepAliveTimeout: 60_000, maxHeaderSize: 16_384 };
  return fastify({
    serverFactory: (handler): Server =>
      tls === undefined
        ? createHttpServer(limits, handler)
        : createHttpsServer({ ...limits, ...tls, minVersion: oldestTls }, handler),
    bodyLimit,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Connections that are idle are closed at a stop, and one that is being answered says so after its answer.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    ajv: {
      customOptions: {
        ...{ strict: true, coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false },
        // A union requires its tag, which only its branches describe.
        ...{ discriminator: true, strictRequired: false, keywords: ['example'] },
      },
    },
    clientErrorHandler: answerDamaged,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** So that no route is forgotten: pages of the documentation apart, each says who may use it. */
function demandAccess(api: Api, routes: Route[]): void {
  api.addHook('onRoute', (route) => {
    route.config ??= {};
    if (route.url.startsWith('/docs')) route.config.access ??= 'anyone';
    const { access } = route.config;
    for (const method of [route.method].flat()) {
      if (access === undefined) throw new Fault('INTERNAL', `${method} ${route.url} does not say who may use it`);
      routes.push({ method, url: route.url, access });
    }
  });
}
