import { type TSchema, Type } from 'typebox';
import { closed } from './wire.ts';

export const paging = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'How many at most; 100 unless told.' })),
    cursor: Type.Optional(Type.String({ maxLength: 1_000, description: '`next` of the page before.' })),
  },
  closed,
);

export const usualLimit = 100;

export function pageSchema<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Optional(
        Type.String({ description: 'Send it as `cursor` for the next page; absent: this is the last.' }),
      ),
    },
    closed,
  );
}

/** The conditions of a change, for the document: they are read by `conditionsOf`. */
export const conditionHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The ETag of what was changed; `*`: whatever is there.' })),
  'if-none-match': Type.Optional(Type.String({ description: '`*`: only if there is none yet.' })),
});

export const freshHeaders = Type.Object({
  'if-none-match': Type.Optional(Type.String({ description: 'The ETag of what you have: 304 when it is still so.' })),
});
