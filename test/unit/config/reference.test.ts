import assert from 'node:assert/strict';
import { readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceMarkdown, schemaJson } from '../../../scripts/config-reference.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { printProblems } from '../../../src/config/problem.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('what is written from the schema of the configuration', () => {
  for (const [path, text] of [
    ['config/schema.json', schemaJson()],
    ['docs/reference/config.md', referenceMarkdown()],
  ] as const) {
    it(`${path} is fresh: else run npm run docs:config`, () => {
      assert.equal(read(path), text);
    });
  }
});

describe('config/example.yaml', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-example-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const load = (text: string) => {
    const file = join(folder, 'example.yaml');
    writeFileSync(file, text);
    const loaded = loadConfig({ file, env: {} });
    assert.ok(loaded.ok, loaded.ok ? '' : printProblems(loaded.error));
    return loaded.value;
  };

  it('changes nothing as it is', () => {
    assert.deepEqual(load(read('config/example.yaml')), load(''));
  });

  it('shows the defaults where it shows a setting, and can be used once unmarked', () => {
    const shown = read('config/example.yaml').replace(/^( *)#(?! \S)/gm, '$1');
    const config = load(shown);
    const { sip, trunks, ...rest } = config;
    const { sip: plainSip, trunks: _none, ...plainRest } = load('');
    assert.deepEqual(rest, plainRest);
    assert.deepEqual({ ...sip, external: undefined }, { ...plainSip, external: undefined });
    assert.equal(sip.external?.address, '192.0.2.10');
    assert.equal(trunks[0]?.auth?.username, 'account');
  });
});
