import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Secret } from '../../../src/config/secret.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';

const run = promisify(execFile);

describe('the log', () => {
  const write = (level: string) => {
    const lines: string[] = [];
    const log = createLogger({ level, pretty: false }, { write: (line) => lines.push(line) });
    return { log, lines, parsed: (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line)) };
  };

  it('is one JSON object a line, with level, time and fields', () => {
    const { log, parsed } = write('info');
    log.child({ call: 'call-1' }).info({ phase: 'ringing' }, 'rings');
    const [line] = parsed();
    assert.deepEqual(
      { ...line, time: undefined },
      { level: 'info', time: undefined, call: 'call-1', phase: 'ringing', msg: 'rings' },
    );
    assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = write('warn');
    log.info({}, 'small talk');
    log.warn({}, 'look here');
    assert.equal(lines.length, 1);
  });

  it('prints no secret, at whatever depth', () => {
    const { log, lines } = write('info');
    const secret = new Secret('open sesame');
    log.info({ secret, sip: { secret }, list: [{ deep: { deeper: secret } }] }, 'configuration');
    log.child({ key: secret }).info({}, 'child');
    assert.doesNotMatch(lines.join(''), /sesame/);
    assert.match(lines.join(''), /"deeper":"\[secret\]"/);
  });

  it('prints no credentials of other libraries', () => {
    const { log, lines } = write('info');
    const credentials = { password: 'sesame', authorization: 'Digest sesame', 'proxy-authorization': 'sesame' };
    log.info({ ...credentials, headers: credentials, request: { headers: credentials } }, 'request');
    log.info({ device: { credentials: { md5: 'sesame', sha256: 'sesame', realm: 'qaller' } } }, 'device');
    assert.doesNotMatch(lines.join(''), /sesame/);
    assert.match(lines.join(''), /"realm":"qaller"/);
  });

  it('prints an error with its stack', () => {
    const { log, parsed } = write('info');
    log.error({ err: new Error('it broke') }, 'no');
    const error = parsed()[0]?.['err'];
    assert.match(JSON.stringify(error), /it broke.*logger\.test/);
  });

  it('is for people, where that is asked for', async () => {
    const logger = new URL('../../../src/telemetry/logger.ts', import.meta.url).href;
    const program = `
      const { createLogger } = await import('${logger}');
      createLogger({ level: 'info', pretty: true }).info({ phase: 'ringing' }, 'rings');`;
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
    assert.match(stdout, /INFO.*rings[^]*phase.*ringing/);
    assert.doesNotMatch(stdout, /^\{/);
  });
});
