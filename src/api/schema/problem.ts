import { type TSchema, Type } from 'typebox';
import { closed, named, ref } from './wire.ts';

/** RFC 9457. */
export const problem = named(
  'Problem',
  Type.Object(
    {
      type: Type.String({ description: 'The code as a URN.' }),
      title: Type.String({ description: 'What the status means.' }),
      status: Type.Integer(),
      code: Type.String({ description: 'A code of the catalogue of faults: it stays the same, for programs.' }),
      detail: Type.String({ description: 'What is wrong and what to do, for people.' }),
      pointer: Type.Optional(
        Type.String({ description: 'The part of the body that is wrong (RFC 6901), where it is one part.' }),
      ),
    },
    { ...closed, description: 'Why something was not done (RFC 9457).' },
  ),
);

const failed = {
  description: 'It was not done.',
  content: { 'application/problem+json': { schema: ref(problem) } },
};

/** What every route may answer. */
export const problemAnswer = { default: failed };

/** The answers of a route that answers with a body. */
export function answers<Schema extends TSchema>(schema: Schema): { readonly 200: Schema; readonly default: unknown } {
  return { 200: schema, default: failed };
}

/** The answers of a route that makes something. */
export function made<Schema extends TSchema>(schema: Schema) {
  return { 201: schema, default: failed };
}

/** The answers of a route that makes or changes. */
export function madeOrChanged<Schema extends TSchema>(schema: Schema) {
  return { 200: schema, 201: schema, default: failed };
}

/** The answers of a route that has nothing to say when all is well. */
export const silent = { 204: Type.Null({ description: 'Done.' }), default: failed };
