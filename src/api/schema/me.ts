import { Type } from 'typebox';
import { deviceKinds } from '../../directory/types.ts';
import { personalRoute } from './destination.ts';
import { closed, e164Text, idText, instantText, named, nameText, ref, writtenNumber } from './wire.ts';

const circles = Object.fromEntries(deviceKinds.map((kind) => [kind, Type.Optional(Type.Boolean())]));

export const ringTargets = named(
  'RingTargets',
  Type.Object(circles, {
    ...{ ...closed, minProperties: 1 },
    description: 'The circles: which of the devices ring. A kind that is not enabled for the user is not there.',
    examples: [{ desk: true, qaller: false }],
  }),
);

export const me = named(
  'Me',
  Type.Object(
    {
      id: idText,
      name: nameText,
      role: Type.Enum(['user', 'admin']),
      extension: Type.String(),
      tenant: Type.Object({ id: idText, name: nameText, timeZone: Type.String(), language: Type.String() }, closed),
      route: ref(personalRoute),
      // Not by reference: a user with no device at all has none of them.
      ringTargets: Type.Object(circles, closed),
      mobileNumber: Type.Optional(Type.Unsafe<string>({ ...e164Text, description: 'Verified; absent: none is.' })),
      anonymous: Type.Boolean({ description: 'The number is withheld on calls to the outside.' }),
      presentedNumber: Type.Optional(
        Type.Unsafe<string>({ ...e164Text, description: 'Absent: the first of `presentableNumbers`.' }),
      ),
      presentableNumbers: Type.Array(e164Text),
      bookmarks: Type.Array(idText, { description: 'Plans.' }),
    },
    { ...closed, description: 'Whoever asks, with all that they set for themselves.' },
  ),
);

export const anonymousBody = Type.Object({ anonymous: Type.Boolean() }, closed);
export const circleBody = Type.Object({ on: Type.Boolean() }, closed);
export const presentedBody = Type.Object(
  { number: Type.Union([writtenNumber, Type.Null()], { description: 'Null: whichever comes first.' }) },
  closed,
);
export const mobileBody = Type.Object({ number: writtenNumber }, closed);
export const codeBody = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$', examples: ['012345'] }) }, closed);

export const codeOnItsWay = named(
  'CodeOnItsWay',
  Type.Object(
    {
      number: e164Text,
      expiresAt: instantText,
    },
    { ...closed, description: 'A code is being told to the number; repeat it in POST /v1/me/mobile/verification.' },
  ),
);

export const colleague = named(
  'Colleague',
  Type.Object({ id: idText, name: nameText, extension: Type.String() }, closed),
);

export const voicemailMessage = named(
  'VoicemailMessage',
  Type.Object(
    {
      id: Type.String(),
      from: Type.Optional(Type.String({ description: "The caller's number or extension; absent: withheld." })),
      fromName: Type.Optional(Type.String()),
      at: instantText,
      seconds: Type.Number({ minimum: 0 }),
    },
    closed,
  ),
);

export const meSchemas = [ringTargets, me, codeOnItsWay, colleague, voicemailMessage];
