import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type ApiWorld, startWorld } from '../../support/api/world.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('the OpenAPI document', () => {
  let world: ApiWorld;
  let document: Document;

  before(async () => {
    world = await startWorld();
    const answer = await world.ask(undefined, 'GET', '/openapi.json');
    document = answer.body as Document;
  });
  after(() => world.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );

  it('follows version 3.1 of the specification', async () => {
    assert.equal(document.openapi, '3.1.0');
    const result = await new Validator().validate({ ...document });
    assert.ok(result.valid, JSON.stringify(result.errors, undefined, 2));
  });

  it('has every route, and refers to nothing that is not in it', () => {
    const served = world.routes
      .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/v1/'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    assert.deepEqual(
      operations()
        .map(({ name }) => name)
        .sort(),
      served.sort(),
    );
    for (const [, name = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(name in document.components.schemas, name);
    }
  });

  it('says of each what it is for, who may, and how it is refused', () => {
    for (const { name, operation } of operations()) {
      assert.ok(operation.summary !== undefined && operation.tags?.length === 1, name);
      assert.ok(operation.security !== undefined, name);
      assert.match(JSON.stringify(operation.responses['default']), /application\/problem\+json/, name);
    }
  });

  it('has pages that load nothing from elsewhere', async () => {
    const page = await world.ask(undefined, 'GET', '/docs/');
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /(?:src|href)="(?:https?:)?\/\//);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    for (const [, asset = ''] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const path = new URL(asset, `${world.url}/docs/`).pathname;
      assert.equal((await world.ask(undefined, 'GET', path)).status, 200, path);
    }
  });
});
