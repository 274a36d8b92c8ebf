import { Type } from 'typebox';
import { menuKeys, ringOrders } from '../../directory/plan-step.ts';
import { destination } from './destination.ts';
import { closed, e164Text, idText, instantText, named, nameText, ref, tagged } from './wire.ts';

const soundName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$', examples: ['closed'] });
const clockTime = (description: string) =>
  Type.String({ pattern: '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$', description, examples: ['08:30'] });

const openingHours = named(
  'OpeningHours',
  Type.Object(
    {
      week: Type.Array(
        Type.Object(
          {
            days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
              ...{ minItems: 1, maxItems: 7, uniqueItems: true },
              description: '1 is Monday, 7 is Sunday.',
            }),
            from: clockTime('In the time zone of the company.'),
            to: clockTime('Later than `from`; `24:00` is the end of the day.'),
          },
          closed,
        ),
        { maxItems: 50 },
      ),
      holidays: Type.Array(
        Type.Object(
          {
            date: Type.String({
              pattern: '^(?:[0-9]{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
              description: 'Once, `2026-12-25`, or every year, `12-25`.',
            }),
            name: nameText,
          },
          closed,
        ),
        { maxItems: 200, description: 'Closed all day.' },
      ),
    },
    { ...closed, description: 'When the company is there.' },
  ),
);

const ringMember = tagged(
  'kind',
  [
    Type.Object({ kind: Type.Literal('user'), user: idText }, closed),
    Type.Object({ kind: Type.Literal('extension'), extension: Type.String({ pattern: '^[0-9]{2,5}$' }) }, closed),
  ],
  'Whom a plan rings.',
);

const menuKey = Type.Object(Object.fromEntries(menuKeys.map((key) => [key, Type.Optional(ref(destination))])), {
  ...closed,
  description: 'Where each key leads.',
});

export const planStep = named(
  'PlanStep',
  tagged(
    'do',
    [
      Type.Object(
        {
          do: Type.Literal('ring'),
          who: Type.Array(ringMember, { minItems: 1, maxItems: 200 }),
          order: Type.Enum(ringOrders),
          seconds: Type.Integer({ minimum: 1, maximum: 600, description: 'All of them together, or each in turn.' }),
          waiting: Type.Enum(['ringback', 'music'], { description: 'With music the caller is answered.' }),
        },
        { ...closed, title: 'ring' },
      ),
      Type.Object({ do: Type.Literal('announce'), sound: soundName }, { ...closed, title: 'announce' }),
      Type.Object(
        {
          do: Type.Literal('menu'),
          sound: soundName,
          keys: menuKey,
          retries: Type.Integer({ minimum: 0, maximum: 10 }),
          timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
          otherwise: Type.Optional(ref(destination)),
        },
        { ...closed, title: 'menu' },
      ),
      Type.Object(
        { do: Type.Literal('hours'), hours: ref(openingHours), closed: ref(destination) },
        { ...closed, title: 'opening hours' },
      ),
      Type.Object({ do: Type.Literal('divert'), to: ref(destination) }, { ...closed, title: 'send on' }),
      Type.Object({ do: Type.Literal('voicemail'), user: idText }, { ...closed, title: 'voicemail' }),
      Type.Object({ do: Type.Literal('hang-up') }, { ...closed, title: 'hang up' }),
    ],
    'One thing that a plan does with a caller; when it led nowhere, the next follows.',
  ),
);

const planSettings = {
  name: nameText,
  prefix: Type.Optional(
    Type.String({
      ...{ minLength: 1, maxLength: 30 },
      description: "Put before the caller's number on the display that rings.",
    }),
  ),
  outsideSees: Type.Enum(['caller', 'company'], {
    description: 'Whose number an outside telephone sees when the plan sends a caller on to it.',
  }),
  steps: Type.Array(ref(planStep), { maxItems: 50 }),
};

export const planBody = Type.Object(planSettings, closed);
export const newPlanBody = Type.Object({ id: Type.Optional(idText), ...planSettings }, closed);
export const plan = named(
  'Plan',
  Type.Object({ id: idText, ...planSettings }, { ...closed, description: 'How a company number is answered.' }),
);

export const listedPlan = named(
  'ListedPlan',
  Type.Object(
    {
      id: idText,
      name: nameText,
      numbers: Type.Array(e164Text, { description: 'The company numbers that it answers.' }),
      bookmarked: Type.Boolean({ description: 'A favourite of whoever asks; these come first.' }),
    },
    closed,
  ),
);

const diversionSettings = {
  name: nameText,
  group: Type.Optional(
    Type.String({ pattern: '^[A-Z]$', description: 'Of one group at most one is on. Absent: it stands by itself.' }),
  ),
  position: Type.Integer({ minimum: 0, maximum: 10_000, description: 'Of several that are on, the lowest counts.' }),
  to: ref(destination),
};

export const diversionBody = Type.Object(diversionSettings, closed);
export const newDiversionBody = Type.Object({ id: Type.Optional(idText), ...diversionSettings }, closed);
export const diversion = named(
  'Diversion',
  Type.Object(
    {
      id: idText,
      plan: idText,
      ...diversionSettings,
      on: Type.Boolean(),
      until: Type.Optional(Type.Unsafe<string>({ ...instantText, description: 'When it goes off by itself.' })),
    },
    { ...closed, description: 'A switch: when on, calls of the plan go to its destination.' },
  ),
);

export const planSchemas = [openingHours, planStep, plan, listedPlan, diversion];
