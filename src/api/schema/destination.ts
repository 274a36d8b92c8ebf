import { Type } from 'typebox';
import { closed, idText, named, ref, tagged, writtenNumber } from './wire.ts';

const user = Type.Object({ kind: Type.Literal('user'), user: idText }, { ...closed, title: 'a colleague' });
const plan = Type.Object({ kind: Type.Literal('plan'), plan: idText }, { ...closed, title: 'a plan' });
const number = Type.Object({ kind: Type.Literal('number'), number: writtenNumber }, { ...closed, title: 'a number' });

export const destination = named(
  'Destination',
  tagged(
    'kind',
    [
      user,
      plan,
      number,
      Type.Object({ kind: Type.Literal('mobile'), user: idText }, { ...closed, title: "a colleague's mobile" }),
      Type.Object({ kind: Type.Literal('voicemail'), user: idText }, { ...closed, title: "a colleague's voicemail" }),
      Type.Object({ kind: Type.Literal('hang-up') }, { ...closed, title: 'hang up' }),
    ],
    'Where a call is sent on to.',
  ),
);

export const ownDestination = named(
  'OwnDestination',
  tagged('kind', [user, plan, number], 'Where somebody sends their own calls on to.'),
);

export const personalRoute = named(
  'PersonalRoute',
  tagged(
    'is',
    [
      Type.Object({ is: Type.Literal('normal') }, { ...closed, title: 'the devices whose circle is on' }),
      Type.Object({ is: Type.Literal('mobile') }, { ...closed, title: 'my mobile' }),
      Type.Object({ is: Type.Literal('voicemail') }, { ...closed, title: 'my voicemail' }),
      Type.Object({ is: Type.Literal('divert'), to: ref(ownDestination) }, { ...closed, title: 'somewhere else' }),
    ],
    "Where a user's own calls go.",
  ),
);
