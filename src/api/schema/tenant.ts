import { Type } from 'typebox';
import { languages } from '../../directory/types.ts';
import { loginBody } from './people.ts';
import { closed, e164Text, idText, named, nameText, ref, writtenNumber } from './wire.ts';

const settings = {
  name: nameText,
  country: Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'ISO 3166: numbers are read as if dialled from there.',
    examples: ['NL'],
  }),
  timeZone: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'Opening hours are read in it.',
    examples: ['Europe/Amsterdam'],
  }),
  language: Type.Enum(languages, { description: 'What callers are spoken to in.' }),
};
const locationNumber = Type.Optional(
  Type.Unsafe<string>({
    ...writtenNumber,
    description: "Shown on emergency calls: where help is to go. Absent: the company's first.",
  }),
);

export const tenantBody = Type.Object({ ...settings, locationNumber }, closed);
export const newTenantBody = Type.Object(
  {
    id: Type.Optional(idText),
    ...settings,
    locationNumber,
    admin: Type.Object(
      { name: nameText, extension: Type.String({ pattern: '^[0-9]{2,5}$' }), account: loginBody },
      { ...closed, description: 'The first administrator; they make the others.' },
    ),
  },
  closed,
);

export const tenant = named(
  'Tenant',
  Type.Object(
    { id: idText, ...settings, locationNumber: Type.Optional(e164Text) },
    { ...closed, description: 'A company.' },
  ),
);

export const madeTenant = named(
  'MadeTenant',
  Type.Object(
    {
      tenant: ref(tenant),
      admin: Type.Object({ id: idText, login: Type.String() }, closed),
      password: Type.Optional(Type.String({ description: 'The one that was made; shown this once.' })),
    },
    closed,
  ),
);

export const tenantSchemas = [tenant, madeTenant];
