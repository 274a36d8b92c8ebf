import type { FastifyRequest } from 'fastify';
import { type Conditions, etagOf, isFresh } from '../rules/etag.ts';
import type { Api } from './app.ts';

export function conditionsOf({ headers }: Pick<FastifyRequest, 'headers'>): Conditions {
  return { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
}

/** Gives each answer to a GET its ETag, where the route has not, and answers 304 to whoever has that version. */
export function tagAnswers(api: Api): void {
  api.addHook('onSend', (request, reply, payload, done) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || !request.url.startsWith('/v1/')) {
      done(null, payload);
      return;
    }
    if (typeof payload === 'string' && !reply.hasHeader('etag')) void reply.header('etag', etagOf(payload));
    const etag = reply.getHeader('etag');
    void reply.header('cache-control', 'private, no-cache');
    if (typeof etag !== 'string' || !isFresh(etag, request.headers['if-none-match'])) {
      done(null, payload);
      return;
    }
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}
