import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

/** What objects of the API have in common: nothing but what is named. */
export const closed = { additionalProperties: false } as const;

/** What may be handed to an answer: read-only, and `undefined` for what is left out. */
export type Answerable<Wire> = Wire extends string | number | boolean | null | undefined
  ? Wire
  : Wire extends readonly (infer Item)[]
    ? readonly Answerable<Item>[]
    : {
        readonly [Key in keyof Wire]: object extends Pick<Wire, Key>
          ? Answerable<Wire[Key]> | undefined
          : Answerable<Wire[Key]>;
      };

/** Has a name in the OpenAPI document; `ref` refers to it. */
export function named<const Schema extends TSchema>(id: string, schema: Schema): Named<Schema> {
  return { id, schema: Type.Unsafe<Static<Schema>>({ ...schema, $id: id }) };
}

export interface Named<Schema extends TSchema> {
  readonly id: string;
  readonly schema: TUnsafe<Static<Schema>>;
}

export function ref<Schema extends TSchema>({ id }: Named<Schema>): TUnsafe<Static<Schema>> {
  return Type.Unsafe<Static<Schema>>({ $ref: `${id}#` });
}

/** As `ref`, for an answer. */
export function shown<Schema extends TSchema>({ id }: Named<Schema>): TUnsafe<Answerable<Static<Schema>>> {
  return Type.Unsafe<Answerable<Static<Schema>>>({ $ref: `${id}#` });
}

/** As `shown`, of what has no name. */
export function plain<Schema extends TSchema>(schema: Schema): TUnsafe<Answerable<Static<Schema>>> {
  return Type.Unsafe<Answerable<Static<Schema>>>(schema);
}

type AnyOf<Branches extends readonly TSchema[]> = { [At in keyof Branches]: Static<Branches[At]> }[number];

/** One of several objects, told apart by one property: so that an error is about the branch that was meant. */
export function tagged<const Branches extends readonly TSchema[]>(
  propertyName: string,
  branches: Branches,
  description: string,
): TUnsafe<AnyOf<Branches>> {
  const schema = { type: 'object', discriminator: { propertyName }, required: [propertyName], oneOf: branches };
  return Type.Unsafe<AnyOf<Branches>>({ ...schema, description });
}

export const idText = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'Letters, digits, dots, dashes and underscores, at most 64.',
  examples: ['reception'],
});

/** A name that people read. */
export const nameText = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(?:.*\\S)?$' });

export const e164Text = Type.String({
  pattern: '^\\+[1-9][0-9]{1,14}$',
  description: 'A number in international form.',
  examples: ['+31851234567'],
});

/** A number as people write it; read as if dialled from the company's country. */
export const writtenNumber = Type.String({
  minLength: 2,
  maxLength: 32,
  description: 'A telephone number, as it is dialled in the country of the company or in international form.',
  examples: ['06-12345678'],
});

export const instantText = Type.String({ format: 'date-time', examples: ['2026-11-20T17:00:00Z'] });
