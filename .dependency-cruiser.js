/**
 * Who may import whom: the layout of src/, as rules. A folder is a feature; a subfolder
 * named after an outside thing is an adapter. docs/architecture/overview.md draws it.
 * Every rule here has a violation planted for it in test/unit/architecture/layout-rules.test.ts.
 */

/** Values from the folder's `types.ts`, and from files that are named; all else as types only. */
const valuesOf = (folder, named) => ({
  path: `^src/${folder}/`,
  pathNot: `^src/(${[`${folder}/types.ts`, ...named].join('|')})$`,
  dependencyTypesNot: ['type-only'],
});

/** One row of the layout: this folder imports itself and what is listed, and nothing else of src/. */
function row(folder, { knows, types = [], comment }) {
  const allowed = [`${folder}/`, ...knows.map((known) => (known.endsWith('.ts') ? `${known}$` : `${known}/`))];
  const asTypes = types.map((known) => `${known}/`);
  const from = { path: `^src/${folder}/` };
  const strangers = {
    name: `${folder}-knows-its-place`,
    comment,
    severity: 'error',
    from,
    to: { path: '^src/', pathNot: `^src/(${[...allowed, ...asTypes].join('|')})` },
  };
  const values = types.map((known) => ({
    name: `${folder}-takes-only-types-of-${known}`,
    comment: `${comment} Of ${known}/ it needs the types, and the values in types.ts, no more.`,
    severity: 'error',
    from,
    to: valuesOf(known, knows),
  }));
  return [strangers, ...values];
}

const layout = [
  ...row('kernel', { knows: [], comment: 'kernel/ is what everything needs; it knows nothing.' }),
  ...row('faults', { knows: ['kernel'], comment: 'The catalogue of faults is read by all and reads only the kernel.' }),
  ...row('directory', {
    knows: ['kernel', 'faults'],
    comment: 'Who is on the exchange, and the rules on that, does not depend on calls or on where it is stored.',
  }),
  ...row('call', {
    knows: ['kernel', 'faults'],
    types: ['directory', 'registrar'],
    comment: 'A call is data: state, event, transition. It knows no SIP, no media and no store.',
  }),
  ...row('routing', {
    knows: ['kernel', 'faults', 'directory'],
    types: ['call', 'registrar'],
    comment: 'A route follows from the directory and from what was dialled; it does not see a running call.',
  }),
  ...row('registrar', {
    knows: ['kernel', 'faults', 'store/port.ts'],
    types: ['directory'],
    comment: 'Registration is about bindings; it writes them through the port of the store and knows no call.',
  }),
  ...row('switchboard', {
    knows: [
      'kernel',
      'faults',
      'directory',
      'call',
      'routing',
      'registrar',
      'signalling/port.ts',
      'media/port.ts',
      'store/port.ts',
      'push/port.ts',
      'telemetry/port.ts',
    ],
    comment: 'The switchboard executes effects through ports; which adapter stands behind one is for app/ to say.',
  }),
  ...row('signalling', {
    knows: ['kernel', 'faults', 'registrar', 'call/reason.ts', 'media/port.ts', 'store/port.ts'],
    types: ['directory', 'call'],
    comment:
      'Signalling turns SIP into events and effects into SIP. It runs registration, and knows of calls no more than ' +
      'what they are made of: what becomes of one is decided elsewhere.',
  }),
  ...row('sip-engine', {
    knows: ['kernel'],
    comment: 'The engine is a library of its own, that could be published alone: it knows no calls, users or product.',
  }),
  ...row('media', {
    knows: ['kernel', 'faults'],
    comment: 'Media carries sound between endpoints; whose call it is, is no matter.',
  }),
  ...row('push', { knows: ['kernel', 'faults'], comment: 'A push wakes a device; why, is no matter.' }),
  ...row('store', {
    knows: ['kernel', 'faults', 'call/record.ts', 'directory/plan-step.ts'],
    types: ['directory', 'registrar'],
    comment: 'The store keeps what others define: the directory, bindings and the records of calls.',
  }),
  ...row('presence', {
    knows: ['kernel', 'call'],
    types: ['directory'],
    comment: "A status is a fold over live calls; it needs the call's events and the names of users.",
  }),
  ...row('api', {
    knows: [
      'kernel',
      'faults',
      'directory',
      'call',
      'switchboard',
      'store/port.ts',
      'store/settings.ts',
      'verification/port.ts',
      'telemetry/port.ts',
    ],
    comment: 'The HTTP side asks the switchboard and the store; it never speaks SIP and never touches media.',
  }),
  ...row('verification', {
    knows: [
      'kernel',
      'faults',
      'directory',
      'call/party.ts',
      'signalling/port.ts',
      'media/port.ts',
      'telemetry/port.ts',
    ],
    types: ['call'],
    comment:
      'Tells a code to a telephone, by a gateway or by a call of its own, whose legs are named as others are; whether it ' +
      'was repeated, is no matter.',
  }),
  ...row('telemetry', {
    knows: ['kernel', 'faults'],
    types: ['call'],
    comment: 'Telemetry is told what happened; it never asks, so nothing behaves differently when it is off.',
  }),
  ...row('config', {
    knows: ['kernel', 'faults'],
    types: ['directory'],
    comment: 'Configuration is data that app/ hands out; it builds nothing.',
  }),
];

/** The folders behind a port, one per outside thing. */
const adapter = '(media|push|store)/(relay|bypass|freeswitch|apns|fcm|webpush|sqlite|redis|memory)';

const ports = [
  {
    name: 'logic-meets-ports-not-adapters',
    comment: 'Only app/ picks an adapter: logic that names one cannot run on the other.',
    severity: 'error',
    from: { path: '^src/', pathNot: [`^src/${adapter}/`, '^src/app/'] },
    to: { path: `^src/${adapter}/` },
  },
  {
    name: 'adapters-do-not-meet',
    comment: 'An adapter that leans on another cannot be replaced alone; what both need belongs beside the port.',
    severity: 'error',
    from: { path: `^src/${adapter}/` },
    to: { path: `^src/${adapter}/`, pathNot: '^src/$1/$2/' },
  },
  {
    name: 'the-engine-is-met-over-its-socket',
    comment: 'The application talks to SIP through drachtio-srf alone; only app/ starts the engine.',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/sip-engine/', '^src/app/'] },
    to: { path: '^src/sip-engine/' },
  },
  {
    name: 'nobody-imports-app',
    comment: 'app/ and main.ts build everything, so whatever imported them would import everything.',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/app/', '^src/main\\.ts$'] },
    to: { path: '^src/(app/|main\\.ts$)' },
  },
  {
    name: 'main-is-the-last-word',
    comment: 'main.ts reads the command line and exits the process; not even app/ may import that.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^src/main\\.ts$' },
  },
];

/** The engine's own program is one way to start it; the other is engine.ts. */
const engineProgram = [
  {
    name: 'the-engine-needs-no-command-line',
    comment: 'A program around the engine reads flags and files; an engine that did could not be embedded.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/sip-engine/cli(/|\\.ts$)' },
    to: { path: '^src/sip-engine/cli(/|\\.ts$)' },
  },
];

/** RFC 3261 §5 draws SIP as layers: each looks down, never up. */
const sipLayers = [
  {
    name: 'sip-messages-know-no-machines',
    comment: 'Syntax is the lowest layer: a parser that knew transactions could not be tested alone.',
    severity: 'error',
    from: { path: '^src/sip-engine/message/' },
    to: { path: '^src/sip-engine/', pathNot: '^src/sip-engine/message/' },
  },
  {
    name: 'sip-machines-know-no-sockets',
    comment: 'Transactions and dialogs say what is to be sent; the layer that owns the sockets sends it.',
    severity: 'error',
    from: { path: '^src/sip-engine/(transaction|dialog)/' },
    to: { path: '^src/sip-engine/', pathNot: '^src/sip-engine/(message|transaction|dialog)/' },
  },
  {
    name: 'sip-transport-knows-no-control',
    comment: 'Sockets carry messages for whoever asked; the control protocol stands above them.',
    severity: 'error',
    from: { path: '^src/sip-engine/transport/' },
    to: { path: '^src/sip-engine/control/' },
  },
];

const pure =
  '^src/(kernel|faults|directory|call|routing|registrar|sip-engine/(message|transaction|dialog)|media/(sdp|rtp|audio))/' +
  '|^src/push/((attempt|backoff|circuit-breaker|json|payload|port)|[^/]+/(answer|provider-token))\\.ts$';
const nodeModules = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

const purity = [
  {
    name: 'pure-code-does-no-io',
    comment:
      'Pure folders import no node: module, so that they run in a test at the speed of arithmetic. ' +
      'node:buffer is allowed: bytes are data.',
    severity: 'error',
    from: { path: pure },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?buffer$' },
  },
  {
    name: 'pure-code-stands-alone',
    comment:
      'Pure folders import no npm module, but for two that are pure themselves: sdp-transform in media/sdp (the ' +
      'grammar of RFC 8866), and libphonenumber-js in ' +
      'directory/libphonenumber (the numbering plans of the world, as a table).',
    severity: 'error',
    from: { path: pure },
    to: { dependencyTypes: nodeModules, pathNot: 'node_modules/(@types/)?(sdp-transform|libphonenumber-js)/' },
  },
  ...[
    ['sdp-transform', 'media/sdp', 'Session descriptions are read and written in one place.'],
    [
      'libphonenumber-js',
      'directory/libphonenumber',
      'A number is normalised once, where the directory makes it one of its own.',
    ],
    ['drachtio-srf', 'signalling', 'The application meets SIP in one folder.'],
    ['better-sqlite3', 'store/sqlite', 'The name of an outside thing occurs in its adapter alone.'],
    ['zod', '(config|api|store/)', 'What comes from outside is checked once, at the door; behind it, types hold.'],
    ['yaml', '(config/|sip-engine/cli/)', 'The only files that people write by hand are configurations.'],
    ['(@fastify|typebox)', 'api', 'The schemas of the API, and what fastify adds for it.'],
    ['fastify', '(api|telemetry)', 'HTTP is served by api/, and by telemetry/ for metrics and health.'],
    ['commander', 'main\\.ts', 'Only the program itself has a command line.'],
    ['(pino|prom-client)', 'telemetry', 'Logs and metrics leave through telemetry/.'],
  ].map(([module, home, comment]) => ({
    name: `${module.replace(/\\/g, '')}-at-home`,
    comment,
    severity: 'error',
    from: { path: '^src/', pathNot: [`^src/${home}`, '^src/app/'] },
    to: { path: `node_modules/(@types/)?${module}/` },
  })),
];

const hygiene = [
  {
    name: 'nothing-circular',
    comment: 'Two files that need each other are one idea in two files, or lack a third; types count too.',
    severity: 'error',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'product-never-imports-its-tests',
    comment: 'src/ is what is shipped; test/, demo/, bench/ and scripts/ are not.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|demo|bench|scripts)/' },
  },
  {
    name: 'product-needs-no-dev-dependency',
    comment: 'What src/ imports must be there after npm install --omit=dev.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'everything-resolves',
    comment: 'An import that leads nowhere fails at run time; npm install, or correct the path.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...layout, ...ports, ...engineProgram, ...sipLayers, ...purity, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types are imports: a layer that names another's type knows that layer.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    reporterOptions: { dot: { collapsePattern: '^src/[^/]+(/[^/]+(?=/))?' } },
  },
};
