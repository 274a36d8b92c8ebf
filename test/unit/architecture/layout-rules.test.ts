import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';

const root = join(import.meta.dirname, '../../..');
const configurationFile = pathToFileURL(join(root, '.dependency-cruiser.js')).href;
const { default: configuration } = (await import(configurationFile)) as { default: IConfiguration };
const rules = configuration.forbidden ?? [];

/** Rule → the file that breaks it, and what that imports. */
const planted: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'kernel-knows-its-place': ['src/kernel/a.ts', 'src/faults/fault.ts'],
  'faults-knows-its-place': ['src/faults/a.ts', 'src/directory/types.ts'],
  'directory-knows-its-place': ['src/directory/a.ts', 'src/call/state.ts'],
  'call-knows-its-place': ['src/call/a.ts', 'src/store/port.ts'],
  'call-takes-only-types-of-directory': ['src/call/b.ts', 'src/directory/names.ts'],
  'call-takes-only-types-of-registrar': ['src/call/c.ts', 'src/registrar/service.ts'],
  'routing-knows-its-place': ['src/routing/a.ts', 'src/switchboard/calls.ts'],
  'routing-takes-only-types-of-call': ['src/routing/b.ts', 'src/call/state.ts'],
  'routing-takes-only-types-of-registrar': ['src/routing/c.ts', 'src/registrar/service.ts'],
  'registrar-knows-its-place': ['src/registrar/a.ts', 'src/call/state.ts'],
  'registrar-takes-only-types-of-directory': ['src/registrar/b.ts', 'src/directory/names.ts'],
  'switchboard-knows-its-place': ['src/switchboard/a.ts', 'src/signalling/srf.ts'],
  'signalling-knows-its-place': ['src/signalling/a.ts', 'src/routing/route.ts'],
  'signalling-takes-only-types-of-directory': ['src/signalling/d.ts', 'src/directory/names.ts'],
  'signalling-takes-only-types-of-call': ['src/signalling/f.ts', 'src/call/state.ts'],
  'sip-engine-knows-its-place': ['src/sip-engine/control/a.ts', 'src/faults/fault.ts'],
  'media-knows-its-place': ['src/media/a.ts', 'src/call/state.ts'],
  'push-knows-its-place': ['src/push/a.ts', 'src/directory/types.ts'],
  'store-knows-its-place': ['src/store/sqlite/a.ts', 'src/call/state.ts'],
  'store-takes-only-types-of-directory': ['src/store/sqlite/b.ts', 'src/directory/names.ts'],
  'store-takes-only-types-of-registrar': ['src/store/sqlite/c.ts', 'src/registrar/service.ts'],
  'presence-knows-its-place': ['src/presence/a.ts', 'src/switchboard/calls.ts'],
  'presence-takes-only-types-of-directory': ['src/presence/b.ts', 'src/directory/names.ts'],
  'api-knows-its-place': ['src/api/a.ts', 'src/signalling/srf.ts'],
  'verification-knows-its-place': ['src/verification/a.ts', 'src/routing/route.ts'],
  'verification-takes-only-types-of-call': ['src/verification/b.ts', 'src/call/state.ts'],
  'telemetry-knows-its-place': ['src/telemetry/a.ts', 'src/switchboard/calls.ts'],
  'telemetry-takes-only-types-of-call': ['src/telemetry/b.ts', 'src/call/state.ts'],
  'config-knows-its-place': ['src/config/a.ts', 'src/call/state.ts'],
  'config-takes-only-types-of-directory': ['src/config/c.ts', 'src/directory/names.ts'],
  'logic-meets-ports-not-adapters': ['src/media/b.ts', 'src/media/relay/socket.ts'],
  'adapters-do-not-meet': ['src/push/webpush/a.ts', 'src/push/fcm/b.ts'],
  'the-engine-is-met-over-its-socket': ['src/signalling/b.ts', 'src/sip-engine/message/parse.ts'],
  'nobody-imports-app': ['src/api/b.ts', 'src/app/build.ts'],
  'main-is-the-last-word': ['src/app/a.ts', 'src/main.ts'],
  'the-engine-needs-no-command-line': ['src/sip-engine/b.ts', 'src/sip-engine/cli/run.ts'],
  'sip-messages-know-no-machines': ['src/sip-engine/message/a.ts', 'src/sip-engine/transaction/timers.ts'],
  'sip-machines-know-no-sockets': ['src/sip-engine/dialog/a.ts', 'src/sip-engine/transport/udp.ts'],
  'sip-transport-knows-no-control': ['src/sip-engine/transport/a.ts', 'src/sip-engine/control/frame.ts'],
  'pure-code-does-no-io': ['src/media/rtp/a.ts', 'node:dgram'],
  'pure-code-stands-alone': ['src/media/rtp/b.ts', 'fastify'],
  'sdp-transform-at-home': ['src/signalling/c.ts', 'sdp-transform'],
  'libphonenumber-js-at-home': ['src/api/c.ts', 'libphonenumber-js'],
  'drachtio-srf-at-home': ['src/switchboard/b.ts', 'drachtio-srf'],
  'better-sqlite3-at-home': ['src/store/redis/b.ts', 'better-sqlite3'],
  'zod-at-home': ['src/telemetry/f.ts', 'zod'],
  'yaml-at-home': ['src/api/d.ts', 'yaml'],
  '(@fastify|typebox)-at-home': ['src/push/c.ts', 'typebox'],
  'fastify-at-home': ['src/push/b.ts', 'fastify'],
  'commander-at-home': ['src/config/b.ts', 'commander'],
  '(pino|prom-client)-at-home': ['src/switchboard/c.ts', 'pino'],
  'nothing-circular': ['src/kernel/b.ts', 'src/kernel/c.ts'],
  'product-never-imports-its-tests': ['src/telemetry/d.ts', 'test/support/virtual-clock.ts'],
  'product-needs-no-dev-dependency': ['src/telemetry/e.ts', 'mocha'],
  'everything-resolves': ['src/kernel/d.ts', './gone.ts'],
};

/** What stands in the layout's own favour: none of these may be reported. */
const lawful: readonly (readonly [file: string, imports: string])[] = [
  ['src/call/lawful.ts', 'src/directory/types.ts'],
  ['src/registrar/lawful.ts', 'src/store/port.ts'],
  ['src/switchboard/lawful.ts', 'src/media/port.ts'],
  ['src/store/sqlite/lawful.ts', 'better-sqlite3'],
  ['src/media/sdp/lawful.ts', 'sdp-transform'],
  ['src/media/rtp/lawful.ts', 'node:buffer'],
  ['src/app/lawful.ts', 'src/media/relay/socket.ts'],
  ['src/main.ts', 'src/app/build.ts'],
  ['src/kernel/c.ts', 'src/kernel/b.ts'],
];

const isModule = (name: string): boolean => /^[a-z]/.test(name) && !name.includes('/') && !name.includes(':');

function statement(file: string, imports: string): string {
  if (!imports.startsWith('src/') && !imports.startsWith('test/')) return `import '${imports}';\n`;
  return `import '${'../'.repeat(dirname(file).split('/').length)}${imports}';\n`;
}

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** A tree in which each rule is broken once. */
async function plant(root: string): Promise<void> {
  const arrows = [...Object.values(planted), ...lawful];
  const modules = [...new Set(arrows.map(([, imports]) => imports).filter(isModule))];
  const dependencies = Object.fromEntries(modules.filter((name) => name !== 'mocha').map((name) => [name, '1']));
  await write(root, 'package.json', JSON.stringify({ dependencies, devDependencies: { mocha: '1' }, type: 'module' }));
  for (const name of modules) {
    await write(
      root,
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
    await write(root, `node_modules/${name}/index.js`, '');
  }
  for (const [, target] of arrows) if (/^(src|test)\//.test(target)) await write(root, target, 'export {};\n');
  for (const [file, imports] of arrows) await write(root, file, statement(file, imports));
}

describe('the rules on who may import whom', () => {
  let tree = '';
  let result: ICruiseResult;

  before(async () => {
    tree = await realpath(await mkdtemp(join(tmpdir(), 'layout-')));
    await plant(tree);
    const { tsConfig: _, ...options } = configuration.options ?? {};
    const { output } = await cruise(['src'], {
      ...options,
      baseDir: tree,
      validate: true,
      ruleSet: { forbidden: [...rules] },
    });
    assert.ok(typeof output !== 'string');
    result = output;
  });
  after(() => rm(tree, { recursive: true, force: true }));

  const reported = (rule: string): string[] =>
    result.summary.violations.filter((violation) => violation.rule.name === rule).map((violation) => violation.from);

  it('each have a violation planted here, and a reason', () => {
    assert.deepEqual(rules.map((rule) => rule.name).sort(), Object.keys(planted).sort());
    for (const rule of rules)
      assert.match(rule.comment ?? '', /\w+ \w+ \w+/, `${rule.name ?? 'a rule'} gives no reason`);
  });

  for (const [rule, [file, imports]] of Object.entries(planted)) {
    it(`${rule}: reports that ${file} imports ${imports}`, () => {
      assert.ok(reported(rule).includes(file), `reported for it: ${reported(rule).join(', ') || 'nothing'}`);
    });
  }

  for (const [file, imports] of lawful.filter(([, imports]) => imports !== 'src/kernel/b.ts')) {
    it(`let ${file} import ${imports}`, () => {
      assert.deepEqual(
        result.summary.violations
          .filter((violation) => violation.from === file)
          .map((violation) => violation.rule.name),
        [],
      );
    });
  }
});

describe('every folder of src/', () => {
  const overview = readFileSync(join(root, 'docs/architecture/overview.md'), 'utf8');
  const folders = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'src/').length))
    .filter((path) => path.includes('/'))
    .map((path) => path.split('/')[0] ?? '');

  for (const folder of new Set(folders)) {
    it(`${folder}/ has its row in the overview, and its rule`, () => {
      assert.match(overview, new RegExp(`^\\| \`${folder}/\``, 'm'));
      // app/ builds everything, so nothing is out of its reach.
      if (folder !== 'app') assert.ok(rules.some(({ name }) => name === `${folder}-knows-its-place`));
    });
  }
});
