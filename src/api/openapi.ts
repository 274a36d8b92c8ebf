import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import type { Access } from './auth/access.ts';
import type { Api } from './http/app.ts';

const title = 'Qaller';

const description = `Sets who rings when somebody calls: what a user sets for their own calls, and what an administrator sets for the company.

Sign in with \`POST /v1/sessions\` and send the token as \`Authorization: Bearer …\`. A refusal is a problem document
(RFC 9457) whose \`code\` stays the same for programs, and whose \`detail\` says what to do.

What two administrators could change at once has an \`ETag\`: send it as \`If-Match\` with the change. Lists that may be
long come page by page: send \`next\` back as \`cursor\`.`;

const tags = [
  { name: 'sessions', description: 'Signing in and out.' },
  { name: 'me', description: 'What users set for themselves.' },
  { name: 'phonebook', description: 'Colleagues and plans.' },
  { name: 'plans', description: 'How company numbers are answered. For administrators.' },
  { name: 'diversions', description: 'The switches in front of a plan. For administrators.' },
  { name: 'numbers', description: 'Company numbers. For administrators.' },
  { name: 'users', description: 'The people of the company. For administrators.' },
  { name: 'devices', description: 'Their telephones. For administrators.' },
  { name: 'trunks', description: "The company's own lines to the outside. For administrators." },
  { name: 'audit', description: 'Who changed what. For administrators.' },
  { name: 'tenants', description: 'Companies, their numbers and SIMs. For whoever runs the exchange.' },
  { name: 'events', description: 'News over a WebSocket.' },
];

/** Collects the routes that are added after it; serves the document at /openapi.json and pages at /docs. */
export async function describeApi(api: Api, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version, license: { name: 'MIT', identifier: 'MIT' } },
      tags,
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'The token of POST /v1/sessions.' },
          operator: { type: 'http', scheme: 'bearer', description: '`api.operatorToken` of the configuration.' },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, at) => nameOf(json) ?? `def-${String(at)}` },
    transform: ({ schema, url, route }) => ({ schema: secured(schema, route.config?.access), url }),
  });
  await api.register(swaggerUi, {
    routePrefix: '/docs',
    // The pages must do without the internet, and load nothing from elsewhere.
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      validatorUrl: null,
      persistAuthorization: false,
      tryItOutEnabled: false,
    },
    // Not upgrade-insecure-requests, with which pages over plain HTTP, as in an office, would stay empty.
    staticCSP:
      "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    theme: { title },
  });
  api.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, () => api.swagger());
}

function nameOf(json: object): string | undefined {
  return '$id' in json && typeof json.$id === 'string' ? json.$id : undefined;
}

function secured(schema: FastifySchema | undefined, access: Access | undefined): FastifySchema {
  const security = access === 'anyone' ? [] : [{ [access === 'operator' ? 'operator' : 'session']: [] }];
  return { ...schema, security };
}
