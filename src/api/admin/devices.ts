import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { deviceId, userId } from '../../directory/names.ts';
import type { Device, DeviceKind, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { change, notFound } from '../rules/editing.ts';
import { instant } from '../rules/instant.ts';
import { newId } from '../rules/new-id.ts';
import { pageOf } from '../rules/page.ts';
import { device as deviceSchema, madeDevice, newDeviceBody, newOwnDeviceBody } from '../schema/people.ts';
import { answers, made, silent } from '../schema/problem.ts';
import { pageSchema, paging, usualLimit } from '../schema/query.ts';
import { closed, idText, plain, ref, shown } from '../schema/wire.ts';
import { deleteObject, demandOwn, editorOf, postObject } from './editor.ts';
import { ownUser } from './users.ts';

const tags = ['devices'];
const config = { access: 'admin' } as const;
const params = Type.Object({ device: idText }, closed);
const ofUser = Type.Object({ user: idText }, closed);
const word = 'device';

/** The telephones of the company. */
export function deviceRoutes(api: Api, parts: ApiParts): void {
  const { store, clock } = parts;
  const whole = async (device: Device) => {
    const bindings = await store.bindings.of(device.id, clock.now());
    const registrations = bindings.map(({ registeredAt, expiresAt, flow, userAgent }) => ({
      ...{ since: instant(registeredAt), until: instant(expiresAt) },
      ...{ address: flow.remoteAddress, transport: flow.transport, agent: userAgent },
    }));
    return { ...deviceView(device), registrations };
  };

  api.get(
    '/v1/devices',
    {
      config,
      schema: {
        ...{ tags, summary: 'All telephones', querystring: paging },
        response: answers(plain(pageSchema(ref(deviceSchema)))),
      },
    },
    async (request) => {
      const devices = await store.directory.devices(editorOf(request).tenant);
      const { limit = usualLimit, cursor } = request.query;
      const { items, next } = pageOf(devices, ({ user, id }) => [user, id], { limit, cursor });
      return { items: await Promise.all(items.map(whole)), next };
    },
  );

  api.get(
    '/v1/users/:user/devices',
    {
      config,
      schema: {
        ...{ tags, summary: "Somebody's telephones", params: ofUser },
        response: answers(plain(Type.Object({ items: Type.Array(ref(deviceSchema)) }, closed))),
      },
    },
    async (request) => {
      const user = await ownUser(parts, request, request.params.user);
      return { items: await Promise.all((await store.directory.devicesOf(user.id)).map(whole)) };
    },
  );

  api.get(
    '/v1/devices/:device',
    { config, schema: { tags, summary: 'A telephone', params, response: answers(shown(deviceSchema)) } },
    async (request) => {
      const device = await store.directory.device(deviceId(request.params.device));
      if (device?.tenant !== editorOf(request).tenant) throw notFound(word);
      return whole(device);
    },
  );

  const make = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    kind: DeviceKind,
    id = newId(parts.random),
  ) => {
    demandEnabled(user, kind);
    const { password, ...credentials } = newCredentials(parts);
    const value: Device = { ...{ id: deviceId(id), tenant: user.tenant, user: user.id, kind }, ...credentials };
    const device = await postObject(parts, request, reply, { kind: 'device', id, word, view: deviceView, value });
    return { device: { ...deviceView(device), registrations: [] }, password };
  };

  api.post(
    '/v1/devices',
    { config, schema: { tags, summary: 'A new telephone', body: newDeviceBody, response: made(shown(madeDevice)) } },
    async (request, reply) => {
      const { id, user, kind } = request.body;
      const owner = await store.directory.user(userId(user));
      if (owner?.tenant !== editorOf(request).tenant) {
        throw new Fault('NOT_POSSIBLE', `there is no user "${user}": GET /v1/users lists them`);
      }
      return reply.send(await make(request, reply, owner, kind, id));
    },
  );

  api.post(
    '/v1/users/:user/devices',
    {
      config,
      schema: {
        tags,
        summary: 'A new telephone for somebody',
        params: ofUser,
        body: newOwnDeviceBody,
        response: made(shown(madeDevice)),
      },
    },
    async (request, reply) => {
      const { id, kind } = request.body;
      return reply.send(await make(request, reply, await ownUser(parts, request, request.params.user), kind, id));
    },
  );

  api.post(
    '/v1/devices/:device/password',
    {
      config,
      schema: {
        ...{ tags, summary: 'A new SIP password', params, response: answers(shown(madeDevice)) },
        description: 'The old one stops working at once; the telephone cannot register again without the new one.',
      },
    },
    async (request) => {
      const { tenant, by } = editorOf(request);
      const password = parts.newPassword();
      const device = await change(store.settings, 'device', request.params.device, clock.now(), (current) => {
        demandOwn(current, tenant, word);
        if (current === undefined) throw notFound(word);
        const written = { ...current, credentials: parts.sipCredentials(current.username, password) };
        return { outcome: written, write: written, by, what: { did: 'changed', settings: ['password'] } };
      });
      return { device: await whole(device), password };
    },
  );

  api.delete(
    '/v1/devices/:device',
    { config, schema: { tags, summary: 'Remove a telephone', params, response: silent } },
    async (request, reply) => {
      await deleteObject(parts, request, { kind: 'device', id: request.params.device, word, view: deviceView });
      return reply.code(204).send(null);
    },
  );
}

function deviceView({ id, user, kind, username }: Device) {
  return { id, user, kind, username };
}

function demandEnabled({ name, ringTargets }: User, kind: DeviceKind): void {
  if (ringTargets[kind] !== undefined) return;
  throw new Fault('NOT_POSSIBLE', `"${kind}" is not enabled for ${name}: add it to the user's circles first`);
}

/** A name of chance: one that says whose telephone it is would invite guessing, and be taken by another company. */
function newCredentials({ random, newPassword, sipCredentials }: ApiParts) {
  const username = `d${newId(random)}`;
  const password = newPassword();
  return { username, password, credentials: sipCredentials(username, password) };
}
