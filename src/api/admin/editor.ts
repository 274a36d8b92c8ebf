import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../directory/audit.ts';
import type { TenantId, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { DirectoryObjects } from '../../store/port.ts';
import { actorOf } from '../auth/caller.ts';
import { signedIn } from '../http/asking.ts';
import { conditionsOf } from '../http/conditional.ts';
import type { ApiParts } from '../parts.ts';
import { change, notFound, replaced } from '../rules/editing.ts';
import { demandConditions, etagOf } from '../rules/etag.ts';

type Owned = Exclude<keyof DirectoryObjects, 'tenant'>;

/** An administrator who changes something of the company. */
export interface Editor {
  readonly user: User;
  readonly tenant: TenantId;
  readonly by: Actor;
}

export function editorOf(request: FastifyRequest): Editor {
  const asking = signedIn(request);
  return { user: asking.user, tenant: asking.user.tenant, by: actorOf(asking) };
}

/** What is sent of an object, and what its ETag is made of. */
type View<Value> = (value: Value) => object;

export interface Edit<Kind extends Owned> {
  readonly kind: Kind;
  readonly id: string;
  /** What it is called in a refusal. */
  readonly word: string;
  readonly view: View<DirectoryObjects[Kind]>;
  /** The object as it is wanted; may throw a Fault. */
  readonly wanted: (current: DirectoryObjects[Kind] | undefined) => DirectoryObjects[Kind];
  /** An administrator must be left after it; decided where it is written, since two may be demoted at once. */
  readonly keepsAdministrator?: boolean;
}

/** Makes or changes an object by PUT, as the conditions of the request allow. Answers 200 or 201 with its ETag. */
export async function putObject<Kind extends Owned>(
  { store, clock }: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, id, word, view, wanted, keepsAdministrator = false }: Edit<Kind>,
): Promise<DirectoryObjects[Kind]> {
  const { tenant, by } = editorOf(request);
  const { value, isNew } = await change(store.settings, kind, id, clock.now(), (current) => {
    demandOwn(current, tenant, word);
    const value = wanted(current);
    const etag = current === undefined ? undefined : etagOf(view(current));
    demandConditions(conditionsOf(request), etag, etagOf(view(value)));
    const decision = replaced<DirectoryObjects[Kind]>(current, value, by);
    const outcome = { value: decision.outcome, isNew: current === undefined };
    return 'by' in decision ? { ...decision, outcome, keepsAdministrator } : { ...decision, outcome };
  });
  void reply.code(isNew ? 201 : 200).header('etag', etagOf(view(value)));
  return value;
}

/** Makes an object by POST. Answers 201. */
export async function postObject<Kind extends Owned>(
  { store, clock }: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, id, word, view, value }: Omit<Edit<Kind>, 'wanted'> & { readonly value: DirectoryObjects[Kind] },
): Promise<DirectoryObjects[Kind]> {
  const { by } = editorOf(request);
  await change(store.settings, kind, id, clock.now(), (current) => {
    if (current === undefined) return replaced<DirectoryObjects[Kind]>(undefined, value, by);
    throw new Fault('CONFLICT', `the id "${id}" is taken by another ${word}: choose another, or none for one of ours`);
  });
  void reply.code(201).header('etag', etagOf(view(value)));
  return value;
}

/** Removes an object; If-Match is heeded where it is sent. Answers 204. */
export async function deleteObject<Kind extends Owned>(
  { store, clock }: ApiParts,
  request: FastifyRequest,
  { kind, id, word, view, keepsAdministrator = false }: Omit<Edit<Kind>, 'wanted'>,
): Promise<void> {
  const { tenant, by } = editorOf(request);
  const conditions = conditionsOf(request);
  await change(store.settings, kind, id, clock.now(), (current) => {
    if (current === undefined) throw notFound(word);
    demandOwn(current, tenant, word);
    if (conditions.ifMatch !== undefined) demandConditions(conditions, etagOf(view(current)));
    return { outcome: undefined, write: 'remove', by, what: { did: 'removed' }, keepsAdministrator };
  });
}

/** Another company's looks like none. */
export function demandOwn(
  current: { readonly tenant: TenantId | undefined } | undefined,
  tenant: TenantId,
  word: string,
): void {
  if (current !== undefined && current.tenant !== tenant) throw notFound(word);
}
