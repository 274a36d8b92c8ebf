import { Type } from 'typebox';
import { deviceKinds } from '../../directory/types.ts';
import { personalRoute } from './destination.ts';
import { loginText, newPassword } from './session.ts';
import { closed, e164Text, idText, instantText, named, nameText, ref, writtenNumber } from './wire.ts';

const extension = Type.String({ pattern: '^[0-9]{2,5}$', description: 'Two to five digits.', examples: ['201'] });
const role = Type.Enum(['user', 'admin']);
const circles = Type.Array(Type.Enum(deviceKinds), {
  ...{ uniqueItems: true, maxItems: deviceKinds.length },
  description: 'The kinds of device that are enabled. `vamos` is there when a SIM was assigned, and only then.',
});

const settings = {
  name: nameText,
  extension,
  role,
  circles,
  presentableNumbers: Type.Array(writtenNumber, {
    ...{ maxItems: 100 },
    description: 'Company numbers that the user may show.',
  }),
};

export const userBody = Type.Object(settings, closed);
export const loginBody = Type.Object(
  {
    login: loginText,
    password: Type.Optional(
      Type.Unsafe<string>({ ...newPassword, description: 'Absent: one is made, and shown once.' }),
    ),
  },
  closed,
);
export const newUserBody = Type.Object(
  { id: Type.Optional(idText), ...settings, account: Type.Optional(loginBody) },
  closed,
);

export const user = named(
  'User',
  Type.Object(
    {
      id: idText,
      ...settings,
      presentableNumbers: Type.Array(e164Text),
      login: Type.Optional(loginText),
      route: Type.Union([ref(personalRoute)], { description: 'What the user set.', readOnly: true }),
      mobileNumber: Type.Optional(e164Text),
      vamosNumber: Type.Optional(Type.Unsafe<string>({ ...e164Text, description: "Of the user's SIM." })),
    },
    { ...closed, description: 'Somebody of the company, as administrators see them.' },
  ),
);

export const madeUser = named(
  'MadeUser',
  Type.Object(
    {
      user: ref(user),
      password: Type.Optional(Type.String({ description: 'The one that was made; shown this once.' })),
    },
    closed,
  ),
);

export const madeLogin = Type.Object(
  {
    login: loginText,
    password: Type.Optional(Type.String({ description: 'The one that was made; shown this once.' })),
  },
  closed,
);

const deviceSettings = { user: idText, kind: Type.Enum(deviceKinds.filter((kind) => kind !== 'vamos')) };
export const newDeviceBody = Type.Object({ id: Type.Optional(idText), ...deviceSettings }, closed);
export const newOwnDeviceBody = Type.Object({ id: Type.Optional(idText), kind: deviceSettings.kind }, closed);

export const device = named(
  'Device',
  Type.Object(
    {
      id: idText,
      user: idText,
      kind: Type.Enum(deviceKinds),
      username: Type.String({ description: 'What the telephone registers as, and signs in with.' }),
      registrations: Type.Array(
        Type.Object(
          {
            since: instantText,
            until: instantText,
            address: Type.String({ description: 'Where it registered from.' }),
            transport: Type.String(),
            agent: Type.Optional(Type.String()),
          },
          closed,
        ),
        { description: 'Those that hold now; none: it cannot be rung.' },
      ),
    },
    { ...closed, description: 'A telephone.' },
  ),
);

export const madeDevice = named(
  'MadeDevice',
  Type.Object({ device: ref(device), password: Type.String({ description: 'For SIP; shown this once.' }) }, closed),
);

export const peopleSchemas = [user, madeUser, device, madeDevice];
