import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../../../../src/sip-engine/cli/command-line.ts';
import { helpText, referenceText } from '../../../../src/sip-engine/cli/help.ts';
import type { RunOptions } from '../../../../src/sip-engine/cli/setting.ts';

const least = ['--secret', 'geheim', '--listen', 'udp:127.0.0.1:5060'];

function options(args: readonly string[], environment: Record<string, string> = {}): RunOptions {
  const order = readCommandLine(args, environment);
  assert.ok(order.ok, order.ok ? '' : order.error.join('\n'));
  assert.equal(order.value.type, 'run');
  return (order.value as { options: RunOptions }).options;
}

function problems(args: readonly string[], environment: Record<string, string> = {}): readonly string[] {
  const order = readCommandLine(args, environment);
  return order.ok ? [] : order.error;
}

describe('the command line of the engine', () => {
  it('takes flags with the value behind them, or behind an equals sign', () => {
    const { engine } = options([
      ...[
        '--secret=geheim',
        '--listen',
        'udp:127.0.0.1:5060',
        '--listen=tls:[::1]:5061',
        '--tls-key',
        'k.pem',
        '--tls-certificate',
        'c.pem',
      ],
      ...[
        '--external-address',
        '203.0.113.7',
        '--local-network',
        '10.0.0.0/8',
        '--timer',
        't1=100',
        '--limit',
        'connections=7',
      ],
    ]);
    assert.deepEqual(engine, {
      listen: [
        { transport: 'udp', address: '127.0.0.1', port: 5060 },
        { transport: 'tls', address: '::1', port: 5061, tls: { key: 'k.pem', cert: 'c.pem' } },
      ],
      secret: 'geheim',
      control: [{ address: '127.0.0.1', port: 9022 }],
      timers: { t1: 100 },
      limits: { connections: 7, exemptNetworks: [] },
      cdrs: false,
      requestHandlers: [],
      external: { address: '203.0.113.7', localNetworks: ['10.0.0.0/8'] },
    });
  });

  it('takes an external address for one listener, names of it, name servers and session timers', () => {
    const { engine } = options([
      ...least,
      ...['--listen', 'udp:10.0.0.5:5060,external=203.0.113.7', '--local-network', '10.0.0.0/8'],
      ...['--external-name', 'sip.example.com', '--dns-server', '192.0.2.53', '--dns-server=[2001:db8::53]:5353'],
      ...['--session-refresher', 'uac', '--session-minimum', '120'],
    ]);
    const external = { address: '203.0.113.7', localNetworks: ['10.0.0.0/8'], names: ['sip.example.com'] };
    assert.deepEqual(engine.listen, [
      { transport: 'udp', address: '127.0.0.1', port: 5060 },
      { transport: 'udp', address: '10.0.0.5', port: 5060, external },
    ]);
    assert.equal(engine.external, undefined);
    assert.deepEqual(engine.dns, { servers: ['192.0.2.53', '[2001:db8::53]:5353'] });
    assert.deepEqual(engine.sessionTimers, { defaultRefresher: 'uac', minSE: 120 });
  });

  it('takes several control ports, with TLS or without', () => {
    const { engine } = options([
      ...least,
      ...[
        '--control',
        '127.0.0.1:0',
        '--control',
        'tls:0.0.0.0:9023',
        '--control-key',
        'k.pem',
        '--control-certificate',
        'c.pem',
      ],
    ]);
    assert.deepEqual(engine.control, [
      { address: '127.0.0.1', port: 0 },
      { address: '0.0.0.0', port: 9023, tls: { keyFile: 'k.pem', certificateFile: 'c.pem' } },
    ]);
  });

  it('takes request handlers, and records of calls', () => {
    const { engine } = options([
      ...least,
      ...[
        '--request-handler',
        'INVITE https://example.com/route?x=1 POST',
        '--request-handler',
        '* tcp://192.0.2.2:4000',
      ],
      ...['--cdrs', 'on'],
    ]);
    assert.deepEqual(engine.requestHandlers, [
      { method: 'INVITE', url: 'https://example.com/route?x=1', httpMethod: 'POST' },
      { method: '*', url: 'tcp://192.0.2.2:4000' },
    ]);
    assert.equal(engine.cdrs, true);
  });

  it('wants a secret, from the command line before the environment', () => {
    assert.match(
      problems(['--listen', 'udp:127.0.0.1:5060'])[0] ?? '',
      /there is no secret: .*QALLER_SIP_ENGINE_SECRET/,
    );
    const environment = { QALLER_SIP_ENGINE_SECRET: 'hidden' };
    assert.equal(options(['--listen', 'udp:127.0.0.1:5060'], environment).engine.secret, 'hidden');
    assert.equal(options(least, environment).engine.secret, 'geheim');
  });

  it('shows no secret when it refuses one', () => {
    const said = [
      ...problems(['--secret', 'top|secret', '--listen', 'udp:127.0.0.1:5060']),
      ...problems(['--listen', 'udp:127.0.0.1:5060'], { QALLER_SIP_ENGINE_SECRET: 'top\nsecret' }),
    ];
    assert.equal(said.length, 2);
    for (const one of said) assert.doesNotMatch(one, /top/);
  });

  for (const [args, expected] of [
    [['--listen', 'quic:1.2.3.4:5060'], /^--listen quic:1\.2\.3\.4:5060: expected .*udp, tcp, tls, ws, wss/],
    [['--listen', 'udp:localhost:5060'], /^--listen udp:localhost:5060: expected transport:address:port/],
    [['--listen', 'udp:1.2.3.4:99999'], /expected transport:address:port/],
    [['--control', '9022'], /^--control 9022: expected address:port/],
    [['--local-network', '10.0.0.0/33'], /^--local-network 10\.0\.0\.0\/33: expected a network, as in 10\.0\.0\.0\/8/],
    [['--external-address', 'example.com'], /^--external-address example\.com: expected an IP address/],
    [['--listen', 'udp:1.2.3.4:5060,external=here'], /expected an IP address after external=/],
    [['--external-name', '1.2.3.4'], /expected a host name, as in sip\.example\.com/],
    [['--external-name', 'sip.example.com'], /--external-address/],
    [['--dns-server', 'ns.example.com'], /expected the address of a name server/],
    [['--session-refresher', 'they'], /expected one of none, uac, uas/],
    [['--session-minimum', '0'], /expected a whole number above 0/],
    [['--timer', 't9=1'], /^--timer t9=1: expected name=number with a name of t1, /],
    [['--limit', 'connections=many'], /^--limit connections=many: expected a whole number/],
    [['--log-level', 'loud'], /^--log-level loud: expected one of debug, info, warn, error/],
    [['--log-level', 'info', '--log-level', 'warn'], /^--log-level may be given once only/],
    [['--colour', 'red'], /^--colour: there is no such flag; --help lists them/],
    [['here'], /^here: expected a flag/],
    [['--request-handler', 'INVITE ftp://example.com'], /^--request-handler INVITE ftp:.*: expected "method url"/],
    [['--cdrs', 'maybe'], /^--cdrs maybe: expected one of on, off/],
    [['--listen', 'wss:127.0.0.1:443'], /needs --tls-key and --tls-certificate/],
    [['--metrics'], /^--metrics: expected a value after it/],
    [['--control', 'tls:127.0.0.1:9022'], /needs --control-key and --control-certificate/],
    [['--local-network', '10.0.0.0/8'], /--external-address/],
  ] as const) {
    it(`says what is expected of ${args.join(' ')}`, () => {
      assert.match(problems([...least, ...args])[0] ?? '', expected);
    });
  }

  it('says all that is wrong at once', () => {
    assert.equal(problems([...least, '--timer', 'x', '--limit', 'y', '--what']).length, 3);
  });
});

describe('the configuration file of the engine', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-engine-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (text: string): string => {
    const path = join(folder, 'engine.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('has the keys of the flags, over which the command line goes', () => {
    const path = file(
      'listen: [udp:127.0.0.1:5060, tcp:127.0.0.1:5060]\nsecret: 12345\ntimer: { t1: 100, t2: 400 }\nlog-level: warn\n',
    );
    const { engine, logLevel } = options(['--config', path, '--log-level', 'debug']);
    assert.deepEqual(
      engine.listen.map(({ transport }) => transport),
      ['udp', 'tcp'],
    );
    assert.deepEqual([engine.secret, engine.timers, logLevel], ['12345', { t1: 100, t2: 400 }, 'debug']);
  });

  it('is refused where a key is unknown, by its name', () => {
    const [problem = ''] = problems(['--config', file('listen: udp:127.0.0.1:5060\nlisten-on: x\n')]);
    assert.match(problem, /^listen-on in .*engine\.yaml: there is no such setting; there are listen, tls-key, /);
  });

  it('is refused where a value is no value, or wrong, or where it is no YAML', () => {
    assert.match(
      problems(['--config', file('listen: [[1]]\n')])[0] ?? '',
      /^listen in .*: expected a value or a list of values/,
    );
    assert.match(
      problems(['--config', file('listen: nowhere\n')])[0] ?? '',
      /^listen in .* nowhere: expected transport/,
    );
    assert.match(problems(['--config', file('listen: [\n')])[0] ?? '', /is not YAML/);
    assert.match(problems(['--config', file('- listen\n')])[0] ?? '', /expected the names of flags/);
    assert.match(problems(['--config', join(folder, 'gone.yaml')])[0] ?? '', /cannot be read/);
  });
});

describe('docs/reference/sip-engine-cli.md', () => {
  it('is fresh: else run npm run docs:engine', () => {
    assert.equal(
      readFileSync(new URL('../../../../docs/reference/sip-engine-cli.md', import.meta.url), 'utf8'),
      referenceText(),
    );
  });

  it('has every flag of --help', () => {
    const flags = helpText().match(/^ {2}--[a-z-]+/gm) ?? [];
    assert.ok(flags.length > 10);
    for (const flag of flags) assert.ok(referenceText().includes(flag.trim()), flag);
  });
});
