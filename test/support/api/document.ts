import Schema from 'typebox/schema';
import type { Answer } from './world.ts';

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** As much of an OpenAPI document as answers are held against. */
export interface ApiDocument {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>
  >;
  readonly components: object;
}

/** @returns in what the answer is another than the document says; nothing: it is as it says */
export function wrongWith({ paths, components }: ApiDocument, route: string, answer: Answer): readonly unknown[] {
  const [method = '', url = ''] = route.split(' ');
  const responses = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.responses ?? {};
  const response = responses[String(answer.status)] ?? (answer.status >= 400 ? responses['default'] : undefined);
  if (response === undefined) return [`${route} does not say that it may answer ${String(answer.status)}`];
  if (answer.text === '') return response.content === undefined || answer.status === 204 ? [] : ['there is no body'];
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = response.content?.[type]?.schema;
  if (schema === undefined) return [`${route} does not say that it may answer with ${type}`];
  const [isRight, errors] = Schema.Errors({ components, allOf: [schema] }, answer.body);
  return isRight ? [] : errors;
}
