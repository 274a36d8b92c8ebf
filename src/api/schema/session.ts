import { Type } from 'typebox';
import { closed, idText, instantText, named, nameText, ref } from './wire.ts';

export const loginText = Type.String({
  ...{ minLength: 1, maxLength: 200 },
  description: 'Mostly an e-mail address; capitals do not matter.',
  examples: ['anna@bakery.example'],
});

/** Longer than anybody types would only cost time to hash. */
export const givenPassword = Type.String({ minLength: 1, maxLength: 256, format: 'password' });
export const newPassword = Type.String({
  ...{ minLength: 10, maxLength: 256, format: 'password' },
  description: 'At least ten characters.',
});

export const signedInUser = named(
  'SignedInUser',
  Type.Object(
    {
      id: idText,
      name: nameText,
      role: Type.Enum(['user', 'admin']),
      tenant: Type.Object({ id: idText, name: nameText }, { ...closed, description: 'The company.' }),
    },
    closed,
  ),
);

export const session = named(
  'Session',
  Type.Object(
    {
      id: Type.String(),
      openedAt: instantText,
      expiresAt: instantText,
      agent: Type.Optional(Type.String({ description: 'What the app called itself.' })),
      current: Type.Boolean({ description: 'The one that asks.' }),
    },
    closed,
  ),
);

export const signInBody = Type.Object({ login: loginText, password: givenPassword }, closed);

export const newSession = Type.Object(
  {
    token: Type.String({ description: 'Shown this once; send it as `Authorization: Bearer …`.' }),
    id: Type.String({ description: 'The name of the session in lists.' }),
    expiresAt: instantText,
    user: ref(signedInUser),
  },
  closed,
);

export const sessionSchemas = [signedInUser, session];
