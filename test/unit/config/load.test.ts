import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { type ConfigProblem, printProblems } from '../../../src/config/problem.ts';
import type { Config } from '../../../src/config/schema.ts';
import { Secret } from '../../../src/config/secret.ts';

describe('loading the configuration', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-config-'));
    file = join(folder, 'qaller.yaml');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const load = (yaml: string, env: Environment = {}): Config => {
    writeFileSync(file, yaml);
    const loaded = loadConfig({ file, env });
    assert.ok(loaded.ok, loaded.ok ? '' : printProblems(loaded.error));
    return loaded.value;
  };
  const refuse = (yaml: string, env: Environment = {}): readonly ConfigProblem[] => {
    writeFileSync(file, yaml);
    const loaded = loadConfig({ file, env });
    assert.ok(!loaded.ok, 'it should have been refused');
    return loaded.error;
  };
  const places = (problems: readonly ConfigProblem[]) => problems.map(({ path, line, column }) => [path, line, column]);

  it('gives a whole working server for nothing at all', () => {
    const loaded = loadConfig({ env: {} });
    assert.ok(loaded.ok);
    const { sip, media, store, http, trunks, demoCompany } = loaded.value;
    assert.ok(sip.server === 'embedded' && media.plane === 'relay');
    assert.deepEqual(sip.listen, [
      { transport: 'udp', address: '0.0.0.0', port: 5060 },
      { transport: 'tcp', address: '0.0.0.0', port: 5060 },
      { transport: 'udp', address: '0.0.0.0', port: 5061 },
    ]);
    assert.equal(sip.realm, 'qaller');
    assert.deepEqual(media.ports, { from: 20_000, to: 29_999 });
    assert.deepEqual(store, { kind: 'sqlite', file: 'data/qaller.db' });
    assert.deepEqual(http, { address: '127.0.0.1', port: 8_080 });
    assert.deepEqual(trunks, []);
    assert.equal(demoCompany, 'when-empty');
  });

  for (const nothing of ['', '# only a comment\n', '{}\n', 'sip:\n  # realm: x\nlog:\n']) {
    it(`takes ${JSON.stringify(nothing)} for nothing`, () => {
      assert.deepEqual(load(nothing), load(''));
    });
  }

  it('reads a file', () => {
    const { sip, media, calls } = load(`
sip:
  realm: example.com
  listen: ['udp:127.0.0.1:0', 'TCP:127.0.0.2:5070']
media: { plane: bypass }
calls: { ringSeconds: 0.5 }
`);
    assert.ok(sip.server === 'embedded');
    assert.equal(sip.realm, 'example.com');
    assert.deepEqual(sip.listen, [
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'tcp', address: '127.0.0.2', port: 5_070 },
    ]);
    assert.deepEqual(media, { plane: 'bypass' });
    assert.equal(calls.ringSeconds, 0.5);
    assert.equal(calls.maximumSeconds, 14_400);
  });

  it('can put a drachtio-server in place of the embedded one', () => {
    const { sip } = load('sip: { server: drachtio, secret: open sesame }');
    assert.ok(sip.server === 'drachtio');
    assert.deepEqual([sip.host, sip.port, sip.secret.reveal()], ['127.0.0.1', 9_022, 'open sesame']);
  });

  it('is frozen to the bottom', () => {
    const config = load('trunks: [{ id: a, host: sip.example.com }]');
    assert.throws(() => Object.assign(config.sip.limits, { calls: 1 }), TypeError);
    assert.throws(() => Object.assign(config.trunks[0] ?? {}, { host: 'other' }), TypeError);
  });

  describe('refuses, and says where and what to do', () => {
    it('a key that is not known, with the one that was meant', () => {
      const [problem] = refuse('sip:\n  relm: x\n');
      assert.deepEqual(problem, {
        source: file,
        path: 'sip.relm',
        line: 2,
        column: 3,
        message: 'there is no such setting',
        remedy: 'Did you mean realm? If not, remove it.',
      });
    });

    it('a key that is like none, with those that there are', () => {
      const [problem] = refuse('http: { frobnicate: 1 }');
      assert.match(problem?.remedy ?? '', /in http: address, port/);
    });

    it('all mistakes at once', () => {
      const problems = refuse(`log:
  level: loud
media:
  ports: { from: 30000, to: 20000 }
trunks:
  - id: a
    host: sip.example.com
  - id: a
    sources: [10.0.0.0/33]
demoCompany: yes
`);
      assert.deepEqual(places(problems).sort(), [
        ['demoCompany', 10, 1],
        ['log.level', 2, 3],
        ['media.ports.to', 4, 25],
        ['trunks[1].host', 8, 5],
        ['trunks[1].sources[0]', 9, 15],
      ]);
    });

    it('an id that two trunks have', () => {
      const [problem] = refuse('trunks: [{ id: a, host: b.example }, { id: a, host: c.example }]');
      assert.equal(problem?.path, 'trunks[1].id');
    });

    for (const [listen, why] of [
      ['udp:5060', /is not transport:address:port/],
      ['sctp:0.0.0.0:5060', /is not transport:address:port/],
      ['udp:::1:5060', /is not transport:address:port/],
      ['udp:[fe80::1]:5060', /link-local/],
      ['udp:[::1%lo]:5060', /link-local/],
      ['udp:[127.0.0.1]:5060', /is not an IPv6 address in brackets/],
      ['udp:[::g]:5060', /is not an IPv6 address in brackets/],
      ['udp:localhost:5060', /is not an IP address/],
      ['udp:0.0.0.0:65536', /is not a port/],
    ] as const) {
      it(`${listen} as an address to listen at`, () => {
        const [problem] = refuse(`sip: { listen: ['${listen}'] }`);
        assert.equal(problem?.path, 'sip.listen[0]');
        assert.match(problem?.message ?? '', why);
      });
    }

    it('a socket for TLS without a certificate', () => {
      const [problem] = refuse("sip: { listen: ['udp:0.0.0.0:5060', 'wss:0.0.0.0:443'] }");
      assert.equal(problem?.path, 'sip.listen[1]');
      assert.match(problem?.message ?? '', /wss needs a certificate: set sip\.tls\.certificate\.key/);
    });

    it('an adapter that does not exist', () => {
      const [problem] = refuse('media: { plane: tape }');
      assert.equal(problem?.remedy, 'Choose one of: relay, bypass.');
    });

    it('an option of another adapter', () => {
      assert.deepEqual(places(refuse('media: { plane: bypass, threads: 2 }')), [['media.threads', 1, 25]]);
    });

    it('a secret that is missing', () => {
      const [problem] = refuse('sip: { server: drachtio }');
      assert.deepEqual([problem?.path, problem?.message], ['sip.secret', 'it is missing']);
    });

    it('registration times that go down', () => {
      assert.equal(
        refuse('sip: { registration: { minimumSeconds: 600 } }')[0]?.path,
        'sip.registration.defaultSeconds',
      );
    });

    it('what is not YAML', () => {
      const [problem] = refuse('sip:\n  realm: [x\n');
      assert.equal(problem?.line, 3);
      assert.match(problem?.remedy ?? '', /YAML/);
    });

    it('a key that stands twice', () => {
      assert.deepEqual(places(refuse('log: {}\nlog: {}\n')), [['', 2, 1]]);
    });

    it('a file that is a list', () => {
      assert.match(refuse('- sip\n')[0]?.message ?? '', /not a mapping/);
    });

    it('a file that is not there', () => {
      const loaded = loadConfig({ file: join(folder, 'none.yaml'), env: {} });
      assert.ok(!loaded.ok);
      assert.match(loaded.error[0]?.message ?? '', /cannot be read.*none\.yaml/);
    });
  });

  it('prints problems in a form that editors can jump to', () => {
    assert.equal(
      printProblems(refuse('sip:\n  realm: 3\n')),
      `${file}:2:3: sip.realm: it is of the wrong kind\n` +
        '  It must be a text; put it between quotes if it looks like a number.',
    );
  });

  describe('environment', () => {
    it('goes before the file, and leaves what stands beside it', () => {
      const { sip } = load('sip: { realm: file, limits: { calls: 7 } }', {
        QALLER_SIP__REALM: 'environment',
        QALLER_SIP__LIMITS__CALLS_PER_USER: '3',
        OTHER_SIP__REALM: 'other',
      });
      assert.deepEqual([sip.realm, sip.limits.calls, sip.limits.callsPerUser], ['environment', 7, 3]);
    });

    it('reads values as YAML, lists too', () => {
      const { sip, log } = load('', { QALLER_SIP__LISTEN: '[udp:127.0.0.1:0]', QALLER_LOG__PRETTY: 'true' });
      assert.ok(sip.server === 'embedded');
      assert.deepEqual(sip.listen, [{ transport: 'udp', address: '127.0.0.1', port: 0 }]);
      assert.equal(log.pretty, true);
    });

    it('reaches into a list', () => {
      const { trunks } = load('trunks: [{ id: a, host: sip.example.com, auth: { username: u, password: file } }]', {
        QALLER_TRUNKS__0__AUTH__PASSWORD: 'environment',
      });
      assert.equal(trunks[0]?.auth?.password.reveal(), 'environment');
    });

    it('can name the file', () => {
      writeFileSync(file, 'sip: { realm: named }');
      const loaded = loadConfig({ env: { QALLER_CONFIG: file } });
      assert.equal(loaded.ok && loaded.value.sip.realm, 'named');
    });

    it('counts an empty variable as absent', () => {
      assert.equal(load('', { QALLER_SIP__REALM: '', QALLER_CONFIG: '' }).sip.realm, 'qaller');
    });

    it('is named as the source of its mistakes', () => {
      const sources = (env: Environment) => refuse('', env).map(({ source, line }) => [source, line]);
      assert.deepEqual(sources({ QALLER_SIP__RELM: 'x' }), [['QALLER_SIP__RELM', undefined]]);
      assert.deepEqual(sources({ QALLER_LOG__LEVEL: 'loud' }), [['QALLER_LOG__LEVEL', undefined]]);
      assert.deepEqual(sources({ QALLER_SIP__LISTEN: '[udp' }), [['QALLER_SIP__LISTEN', undefined]]);
    });

    it('cannot touch what every object has', () => {
      refuse('', { QALLER_CONSTRUCTOR__PROTOTYPE__POLLUTED: '1' });
      assert.equal(Reflect.get({}, 'polluted'), undefined);
    });
  });
});

describe('a secret', () => {
  const secret = new Secret('open sesame');

  it('shows itself in no way but one', () => {
    const shown = [String(secret), secret.toString(), JSON.stringify({ secret }), inspect({ secret }, { depth: 9 })];
    shown.push(JSON.stringify(Object.entries(secret)));
    for (const text of shown) assert.doesNotMatch(text, /sesame/);
    assert.match(inspect({ secret }), /\[secret\]/);
    assert.equal(secret.reveal(), 'open sesame');
  });
});
