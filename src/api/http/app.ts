import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Access } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';

/** What routes are added to. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; the API refuses to start with one that does not say. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Undefined: whoever it is did not sign in. */
    caller: Caller | undefined;
  }
}
