import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Where a cast is the point: a brand's constructor has checked the value that it casts,
 * and a decoder has checked the shape of what came from outside. Keep this list short.
 */
const brandConstructorsAndDecoders = [
  'src/kernel/brand.ts',
  'src/signalling/srf.ts',
  'src/call/party.ts',
  'src/config/secret.ts',
  'src/directory/names.ts',
  'src/store/*/decode.ts',
  // The two ends of a thread are built together; the sending end is typed.
  'src/**/worker.ts',
  // Functions of the C library are typed as the C that they stand for.
  'src/media/relay/udp/system-calls.ts',
];

/** Pure logic: time, timers, chance and the process are arguments there. */
const pureFolders = [
  'src/kernel/**',
  'src/faults/**',
  'src/directory/*.ts',
  'src/call/**',
  'src/routing/**',
  'src/registrar/**',
  'src/sip-engine/{message,transaction,dialog}/**',
  'src/sip-engine/core/proxy/{best-response,branch,draft,forking,forking-step,forwarded-request,loop}.ts',
  'src/media/{sdp,rtp,audio}/**',
  'src/push/{attempt,backoff,circuit-breaker,json,payload,port}.ts',
  'src/push/*/{answer,provider-token}.ts',
];
const readsTheMachinesClock = ['src/kernel/system-clock.ts'];
/** Bytes are what these are about. */
const worksOnBytes = ['src/sip-engine/message/**', 'src/media/{rtp,audio}/**'];

const noInheritance = {
  selector: ':matches(ClassDeclaration, ClassExpression)[superClass]:not([superClass.name="Error"])',
  message: 'No inheritance but of Error: hand in what varies, or own what you would extend.',
};
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name, so that a thing is called the same everywhere.',
};
const noEnum = { selector: 'TSEnumDeclaration', message: 'Write a union of string literals.' };
const noEnvironment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only config/ and sip-engine/cli.ts read the environment; take what you need as an argument.',
};
const noChance = {
  selector: 'MemberExpression[object.name="Math"][property.name="random"]',
  message: 'Chance is an argument in pure code: take a random source.',
};
const everywhere = [noInheritance, noDefaultExport, noEnum];

const clockAsArgument = 'Time is an argument in pure code: take an Instant or a Clock (kernel/clock.ts).';
const impureGlobals = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
    name,
    message: clockAsArgument,
  })),
  { name: 'process', message: 'Pure code does not know what process it runs in; take what you need as an argument.' },
  { name: 'console', message: 'Pure code writes no logs: return what happened, and let the caller log it.' },
  { name: 'crypto', message: 'Chance is an argument in pure code: take a random source.' },
  { name: 'fetch', message: 'Pure code does no I/O.' },
];
const bytes = { name: 'Buffer', message: 'Bytes belong in sip-engine/message, media/rtp and media/audio.' };

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'docs/', 'web/dist/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...everywhere],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/config/**', 'src/sip-engine/cli.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, noEnvironment],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'node:process', importNames: ['env'], message: noEnvironment.message }] },
      ],
    },
  },
  {
    files: pureFolders,
    ignores: readsTheMachinesClock,
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals, bytes],
      'no-restricted-syntax': ['error', ...everywhere, noEnvironment, noChance],
    },
  },
  { files: worksOnBytes, rules: { 'no-restricted-globals': ['error', ...impureGlobals] } },
  {
    files: brandConstructorsAndDecoders,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },
  {
    // A test may assert what it has just arranged, and reads JSON that it has just written.
    files: ['test/**', 'bench/**', 'demo/**', 'scripts/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Configuration of tools that read plain JavaScript and want a default export.
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
