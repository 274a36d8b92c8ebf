import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** What is written → where it is refused, and where the same is in order. */
const planted: readonly { readonly code: string; readonly refused: string; readonly lawful: string | undefined }[] = [
  { code: 'export const at = Date.now();', refused: 'src/call/a.ts', lawful: 'src/kernel/system-clock.ts' },
  { code: 'setTimeout(() => {}, 1);', refused: 'src/sip-engine/transaction/a.ts', lawful: 'src/app/a.ts' },
  { code: 'setInterval(() => {}, 1);', refused: 'src/registrar/a.ts', lawful: 'src/media/relay/a.ts' },
  { code: 'setImmediate(() => {});', refused: 'src/routing/a.ts', lawful: 'src/switchboard/a.ts' },
  { code: 'export const at = performance.now();', refused: 'src/media/rtp/a.ts', lawful: 'src/media/relay/a.ts' },
  { code: 'export const by = Math.random();', refused: 'src/sip-engine/dialog/a.ts', lawful: 'src/app/a.ts' },
  { code: 'process.exit();', refused: 'src/directory/a.ts', lawful: 'src/main.ts' },
  { code: "export const b = Buffer.from('');", refused: 'src/media/sdp/a.ts', lawful: 'src/media/rtp/a.ts' },
  { code: "export const a = process.env['A'];", refused: 'src/telemetry/a.ts', lawful: 'src/config/a.ts' },
  { code: "import { env } from 'node:process';\nenv;", refused: 'src/app/a.ts', lawful: 'src/config/a.ts' },
  { code: 'export const a = 1 as unknown;', refused: 'src/store/sqlite/a.ts', lawful: 'src/store/sqlite/decode.ts' },
  { code: 'export const a = [1].at(0)!;', refused: 'src/store/sqlite/a.ts', lawful: 'test/unit/a.ts' },
  { code: 'export const a = (b: any) => b;', refused: 'test/unit/a.ts', lawful: undefined },
  { code: 'export default 1;', refused: 'src/app/a.ts', lawful: 'eslint.config.js' },
  { code: 'export enum A { B }', refused: 'src/app/a.ts', lawful: undefined },
  { code: 'export class A extends Map {}', refused: 'src/app/a.ts', lawful: undefined },
];

const alwaysLawful = [
  "export const a = ['b'] as const;",
  "export class Refusal extends Error {\n  override readonly name = 'Refusal';\n}",
];

describe('the rules on what may be written', () => {
  const root = join(import.meta.dirname, '../../..');
  // These files exist nowhere, so no type information exists for them; the rules here need none.
  const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

  async function complaints(code: string, file: string): Promise<string[]> {
    const [result] = await eslint.lintText(code, { filePath: join(root, file) });
    const rules = /no-restricted|type-assertions|non-null-assertion|explicit-any/;
    return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message).filter((id) => rules.test(id));
  }

  // The first file that is linted pays for the loading of all plugins.
  before(async function () {
    this.timeout(60_000);
    await complaints('', 'src/call/a.ts');
  });

  for (const { code, refused, lawful } of planted) {
    it(`refuse ${code.split('\n')[0] ?? ''} in ${refused}`, async () => {
      assert.notDeepEqual(await complaints(code, refused), []);
      if (lawful !== undefined) assert.deepEqual(await complaints(code, lawful), [], `in ${lawful}`);
    });
  }

  for (const code of alwaysLawful) {
    it(`let ${code.split('\n')[0] ?? ''} be`, async () => {
      assert.deepEqual(await complaints(code, 'src/call/a.ts'), []);
    });
  }
});
