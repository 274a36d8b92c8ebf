import { Type } from 'typebox';
import { numberFormats } from '../../directory/types.ts';
import { closed, idText, named, ref } from './wire.ts';

const settings = {
  host: Type.String({ pattern: '^[A-Za-z0-9.:\\[\\]-]{1,253}$', examples: ['sip.carrier.example'] }),
  port: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65_535, description: 'Absent: as the name of the host says.' }),
  ),
  transport: Type.Enum(['udp', 'tcp', 'tls']),
  registers: Type.Optional(
    Type.Object(
      { seconds: Type.Integer({ minimum: 60, maximum: 86_400 }) },
      { ...closed, description: 'With it we register at the carrier, by `auth`.' },
    ),
  ),
  priority: Type.Integer({ minimum: 0, maximum: 1_000, description: 'The lowest is tried first.' }),
  format: Type.Enum(numberFormats, { description: 'How the carrier wants numbers written.' }),
  country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166: numbers are read as from there.' }),
  channels: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'Calls at a time.' })),
  checkSeconds: Type.Optional(
    Type.Integer({ minimum: 10, maximum: 86_400, description: 'How often it is asked by OPTIONS.' }),
  ),
};

const account = Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' });

export const trunkBody = Type.Object(
  {
    ...settings,
    auth: Type.Optional(
      Type.Object(
        {
          username: account,
          password: Type.Optional(
            Type.String({
              ...{ minLength: 1, maxLength: 256, writeOnly: true },
              description: 'Never shown. Absent: it stays.',
            }),
          ),
        },
        { ...closed, description: 'The account at the carrier.' },
      ),
    ),
    inbound: Type.Boolean({
      description: 'The carrier calls us with an account of ours, whose password is shown once.',
    }),
  },
  closed,
);

export const newTrunkBody = Type.Object({ id: Type.Optional(idText), ...trunkBody.properties }, closed);

export const trunk = named(
  'Trunk',
  Type.Object(
    {
      id: idText,
      ...settings,
      auth: Type.Optional(Type.Object({ username: account }, closed)),
      inbound: Type.Optional(
        Type.Object({ username: account }, { ...closed, description: 'What the carrier signs in with.' }),
      ),
    },
    { ...closed, description: "A line of the company's own to the outside." },
  ),
);

export const madeTrunk = named(
  'MadeTrunk',
  Type.Object(
    {
      trunk: ref(trunk),
      inboundPassword: Type.Optional(
        Type.String({ description: 'For the carrier, when one was made; shown this once.' }),
      ),
    },
    closed,
  ),
);
