import { Type } from 'typebox';
import { deviceKinds, type DeviceKind, type User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import type { ApiParts } from '../parts.ts';
import { readNumber, readPersonalRoute } from '../rules/destination.ts';
import { notFound } from '../rules/editing.ts';
import { demandReferences, tenantOf } from '../rules/references.ts';
import { personalRoute } from '../schema/destination.ts';
import { anonymousBody, circleBody, me, presentedBody, ringTargets } from '../schema/me.ts';
import { answers } from '../schema/problem.ts';
import { closed, ref, shown } from '../schema/wire.ts';
import { setOwn } from './setting.ts';
import { meView } from './view.ts';

const tags = ['me'];
const config = { access: 'user' } as const;
const response = answers(shown(me));

/** The screens of the app: who rings, and what others see. */
export function ownSettingRoutes(api: Api, parts: ApiParts): void {
  const { directory } = parts.store;

  api.get('/v1/me', { config, schema: { tags, summary: 'My settings', response } }, async (request) => {
    const { user } = signedIn(request);
    return meView(user, await tenantOf(directory, user.tenant));
  });

  api.put(
    '/v1/me/route',
    {
      config,
      schema: {
        ...{ tags, summary: 'Where my calls go', body: ref(personalRoute), response },
        description: 'Counts for the extension, and wherever a plan rings the user, from the next call on.',
      },
    },
    async (request) => {
      const { user } = signedIn(request);
      const { country } = await tenantOf(directory, user.tenant);
      const route = readPersonalRoute(request.body, country);
      if (route.is === 'divert') {
        if (route.to.kind === 'user' && route.to.user === user.id) {
          throw new Fault(
            'NOT_POSSIBLE',
            'calls cannot be sent on to yourself: choose "normal", "mobile" or "voicemail"',
          );
        }
        await demandReferences(directory, user.tenant, [route.to]);
      }
      return setOwn(parts, request, (current) => {
        if (route.is === 'mobile') demandMobile(current);
        return { ...current, personalRoute: route };
      });
    },
  );

  api.put(
    '/v1/me/ring-targets',
    {
      config,
      schema: {
        ...{ tags, summary: 'My circles', body: ref(ringTargets), response },
        description: 'Those that are left out stay as they are.',
      },
    },
    (request) =>
      setOwn(parts, request, (user) => {
        for (const kind of deviceKinds) if (request.body[kind] !== undefined) demandCircle(user, kind, 'NOT_POSSIBLE');
        return { ...user, ringTargets: { ...user.ringTargets, ...request.body } };
      }),
  );

  api.put(
    '/v1/me/ring-targets/:kind',
    {
      config,
      schema: {
        ...{ tags, summary: 'One of my circles', body: circleBody, response },
        params: Type.Object({ kind: Type.Enum(deviceKinds) }, closed),
      },
    },
    (request) =>
      setOwn(parts, request, (user) => {
        demandCircle(user, request.params.kind, 'NOT_FOUND');
        return { ...user, ringTargets: { ...user.ringTargets, [request.params.kind]: request.body.on } };
      }),
  );

  api.put(
    '/v1/me/anonymous',
    { config, schema: { tags, summary: 'Whether my number is withheld', body: anonymousBody, response } },
    (request) => setOwn(parts, request, (user) => ({ ...user, anonymous: request.body.anonymous })),
  );

  api.put(
    '/v1/me/presented-number',
    { config, schema: { tags, summary: 'Which number I show', body: presentedBody, response } },
    async (request) => {
      const { user } = signedIn(request);
      const { country } = await tenantOf(directory, user.tenant);
      const number = request.body.number === null ? undefined : readNumber(request.body.number, country);
      return setOwn(parts, request, (current) => {
        if (number !== undefined && !current.presentableNumbers.includes(number)) {
          throw new Fault(
            'NOT_POSSIBLE',
            `${number} is not among your presentableNumbers: choose one of these, or ask an administrator`,
          );
        }
        return { ...current, presentedNumber: number };
      });
    },
  );
}

function demandMobile({ mobileNumber }: User): void {
  if (mobileNumber !== undefined) return;
  throw new Fault('NOT_POSSIBLE', 'no mobile number was verified: PUT /v1/me/mobile first, and repeat the code');
}

function demandCircle({ ringTargets }: User, kind: DeviceKind, code: 'NOT_POSSIBLE' | 'NOT_FOUND'): void {
  if (ringTargets[kind] !== undefined) return;
  if (code === 'NOT_FOUND') throw notFound('circle');
  const enabled = Object.keys(ringTargets).join(', ');
  throw new Fault(code, `"${kind}" is not enabled for you: yours are ${enabled === '' ? 'none' : enabled}`);
}
