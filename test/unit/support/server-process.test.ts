import assert from 'node:assert/strict';
import { ServerProcess } from '../../support/server-process.ts';

const script = (text: string): readonly [string, ...string[]] => [process.execPath, '-e', text, '--'];
const ready = (port: string) =>
  `console.log(JSON.stringify({ level: 'info', msg: 'ready', sip: [{ transport: 'udp', address: '127.0.0.1', port: 7 }],
    http: { address: '127.0.0.1', port: ${port} } }));`;
const serves = (rest: string) =>
  `console.error('  Joris Bakker  desk  202  202-desk  aaaaa-bbbbb');
   const server = require('node:http').createServer((_, response) => response.end('ready'));
   server.listen(0, '127.0.0.1', () => { ${ready('server.address().port')} });
   ${rest}`;

describe('the exchange as a process', () => {
  it('is ready when it says so and answers so, and ends with 0', async () => {
    const command = script(serves(`process.on('SIGTERM', () => process.exit(0));`));
    const server = await ServerProcess.start({ command });
    assert.deepEqual(server.sip(), { address: '127.0.0.1', port: 7, transport: 'udp' });
    assert.equal(server.account('202-desk').password, 'aaaaa-bbbbb');
    assert.throws(() => server.sip('tcp'), /does not listen on tcp/);
    await server.stop();
    await server.close();
  });

  it('is an error when it ends otherwise', async () => {
    const server = await ServerProcess.start({
      command: script(serves(`process.on('SIGTERM', () => process.exit(3));`)),
    });
    await assert.rejects(server.stop(), /ended with 3, not with 0/);
  });

  it('tells why it did not start', async () => {
    const command = script(`console.error('the port is taken'); process.exit(1);`);
    await assert.rejects(ServerProcess.start({ command }), /did not start[^]*the port is taken/);
  });

  it('is killed when it is never ready', async () => {
    const command = script('setInterval(() => undefined, 1000)');
    await assert.rejects(ServerProcess.start({ command, readyWithinMs: 300 }), /did not start/);
  });
});
