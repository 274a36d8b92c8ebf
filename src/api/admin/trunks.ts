import type { Static } from 'typebox';
import { Type } from 'typebox';
import { newTrunk } from '../../directory/new.ts';
import { trunkId } from '../../directory/names.ts';
import type { TenantId, Trunk } from '../../directory/types.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { notFound } from '../rules/editing.ts';
import { etagOf } from '../rules/etag.ts';
import { newId } from '../rules/new-id.ts';
import { demandProof, demandPublicHost, trunkAuth } from '../rules/trunk.ts';
import { answers, made, madeOrChanged, silent } from '../schema/problem.ts';
import { conditionHeaders, freshHeaders } from '../schema/query.ts';
import { madeTrunk, newTrunkBody, trunk as trunkSchema, trunkBody } from '../schema/trunk.ts';
import { closed, idText, plain, ref, shown } from '../schema/wire.ts';
import { deleteObject, editorOf, postObject, putObject } from './editor.ts';

const tags = ['trunks'];
const config = { access: 'admin' } as const;
const params = Type.Object({ trunk: idText }, closed);
const word = 'trunk';

/** The company's own lines. Those of the configuration are everybody's, and are not shown here. */
export function trunkRoutes(api: Api, parts: ApiParts): void {
  const { directory } = parts.store;

  api.get(
    '/v1/trunks',
    {
      config,
      schema: {
        ...{ tags, summary: "The company's own lines" },
        response: answers(plain(Type.Object({ items: Type.Array(ref(trunkSchema)) }, closed))),
      },
    },
    async (request) => ({ items: (await directory.trunks(editorOf(request).tenant)).map(trunkView) }),
  );

  api.get(
    '/v1/trunks/:trunk',
    {
      config,
      schema: { tags, summary: 'A line', params, headers: freshHeaders, response: answers(shown(trunkSchema)) },
    },
    async (request, reply) => {
      const found = await directory.trunk(trunkId(request.params.trunk));
      if (found?.tenant !== editorOf(request).tenant) throw notFound(word);
      void reply.header('etag', etagOf(trunkView(found)));
      return trunkView(found);
    },
  );

  api.post(
    '/v1/trunks',
    { config, schema: { tags, summary: 'A new line', body: newTrunkBody, response: made(shown(madeTrunk)) } },
    async (request, reply) => {
      const { id = newId(parts.random), ...settings } = request.body;
      const inbound = newInbound(parts);
      const value = trunkAs(parts, id, editorOf(request).tenant, settings, undefined, inbound.account);
      const trunk = await postObject(parts, request, reply, { kind: 'trunk', id, word, view: trunkView, value });
      return reply.send({ trunk: trunkView(trunk), inboundPassword: inbound.shownFor(trunk) });
    },
  );

  api.put(
    '/v1/trunks/:trunk',
    {
      config,
      schema: {
        ...{ tags, summary: 'Change a line, or make one', params, headers: conditionHeaders },
        ...{ body: trunkBody, response: madeOrChanged(shown(madeTrunk)) },
      },
    },
    async (request, reply) => {
      const id = request.params.trunk;
      const { tenant } = editorOf(request);
      const inbound = newInbound(parts);
      const wanted = (current: Trunk | undefined): Trunk =>
        trunkAs(parts, id, tenant, request.body, current, current?.inbound ?? inbound.account);
      const trunk = await putObject(parts, request, reply, { kind: 'trunk', id, word, view: trunkView, wanted });
      return reply.send({ trunk: trunkView(trunk), inboundPassword: inbound.shownFor(trunk) });
    },
  );

  api.delete(
    '/v1/trunks/:trunk',
    { config, schema: { tags, summary: 'Remove a line', params, headers: conditionHeaders, response: silent } },
    async (request, reply) => {
      await deleteObject(parts, request, { kind: 'trunk', id: request.params.trunk, word, view: trunkView });
      return reply.code(204).send(null);
    },
  );
}

function trunkView(trunk: Trunk) {
  const { id, host, port, transport, registers, priority, format, country, channels, checkSeconds } = trunk;
  return {
    ...{ id, host, port, transport, registers, priority, format, country, channels, checkSeconds },
    auth: trunk.auth === undefined ? undefined : { username: trunk.auth.username },
    inbound: trunk.inbound === undefined ? undefined : { username: trunk.inbound.username },
  };
}

function trunkAs(
  { settings }: ApiParts,
  id: string,
  tenant: TenantId,
  wire: Static<typeof trunkBody>,
  current: Trunk | undefined,
  inbound: NonNullable<Trunk['inbound']>,
): Trunk {
  const { host, port, transport, registers, priority, format, country, channels, checkSeconds } = wire;
  if (!settings.privateTrunks) demandPublicHost(host);
  const trunk = newTrunk({
    ...{ id: trunkId(id), tenant, host, port, transport, registers, priority, format, country, channels, checkSeconds },
    auth: trunkAuth(wire.auth, host, current),
    inbound: wire.inbound ? inbound : undefined,
  });
  demandProof(trunk);
  return trunk;
}

/** An account for the carrier, of names that nobody has; made in advance, because deciding is not the place for chance. */
function newInbound({ random, newPassword, sipCredentials }: ApiParts) {
  const username = `t${newId(random)}`;
  const password = newPassword();
  const account = { username, credentials: sipCredentials(username, password) };
  const shownFor = ({ inbound }: Trunk): string | undefined => (inbound?.username === username ? password : undefined);
  return { account, shownFor };
}
