import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { env } from 'node:process';
import { FrameClient } from '../../contract/sip-engine/frames.ts';
import type { Place } from '../../contract/sip-engine/peer.ts';
import { until } from '../../contract/sip-engine/rig.ts';
import { freePort } from '../../support/free-port.ts';
import type { Feature, Ground, Subject, Wanted } from './subject.ts';

const secret = env['DRACHTIO_SECRET'] ?? 'cymru';

export const howToGiveOne =
  'skipped: no drachtio-server to compare with. Set DRACHTIO_COMMAND to a program that runs one in the foreground ' +
  '(arguments: SIP port, control port, then options as in test/conformance/README.md), or DRACHTIO_ADDRESS to host:port of ' +
  'the control port of one that runs';

/** The drachtio-server that the environment names; undefined: none. */
export function drachtioServer(): Ground | undefined {
  const command = env['DRACHTIO_COMMAND'];
  if (command !== undefined && command !== '') {
    return {
      name: 'drachtio-server',
      kind: 'drachtio',
      lacks: () => undefined,
      start: (wanted) => run(command, wanted),
    };
  }
  const [, host, port] = /^(.+):(\d+)$/.exec(env['DRACHTIO_ADDRESS'] ?? '') ?? [];
  if (host === undefined) return undefined;
  const alreadyRunning = (feature: Feature): string | undefined =>
    feature === 'proxy' || feature === 'session timers'
      ? undefined
      : `a drachtio-server that runs already cannot be told of ${feature}: set DRACHTIO_COMMAND`;
  return {
    name: 'drachtio-server',
    kind: 'drachtio',
    lacks: alreadyRunning,
    start: () => meet({ host, port: Number(port), secret }, [], { alive: () => true, close: () => Promise.resolve() }),
  };
}

async function run(command: string, wanted: Wanted): Promise<Subject> {
  const [sip, control] = [await freePort(), await freeTcpPort()];
  const settings: string[] = [];
  const { t1 = 40, external } = wanted;
  settings.push('--t1', String(t1), '--t2', String(8 * t1), '--t4', String(10 * t1));
  if (wanted.cdrs === true) settings.push('--cdrs');
  if (wanted.tls === true) settings.push('--tls-sip', String(await freeTcpPort()));
  if (wanted.websocket === true) settings.push('--ws', String(await freeTcpPort()));
  if (wanted.tls === true && wanted.websocket === true) settings.push('--wss', String(await freeTcpPort()));
  if (external) {
    settings.push('--advertise', external.address);
    for (const network of external.localNetworks) settings.push('--local-net', network);
  }
  if (wanted.handlers) settings.push('--xml', handlersXml(wanted.handlers));
  const child = spawn(command, [String(sip), String(control), ...settings], {
    env: { ...env, DRACHTIO_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${Buffer.concat(said).toString().slice(-2000)}`);
    return accepts(control);
  }, `${command} does not listen on its control port`);
  const also = [...(wanted.tls === true ? ['tls'] : []), ...(wanted.websocket === true ? ['ws'] : [])];
  if (also.length === 2) also.push('wss');
  return meet({ host: '127.0.0.1', port: control, secret }, also, {
    alive: () => child.exitCode === null && child.signalCode === null,
    close: () => stop(child),
  });
}

/** Learns the SIP addresses from the server itself, which may listen for applications a little before it does for SIP. */
async function meet(
  control: Subject['control'],
  also: readonly string[],
  life: Pick<Subject, 'alive' | 'close'>,
): Promise<Subject> {
  const expected = ['udp', 'tcp', ...also];
  const places = new Map<string, Place>();
  await until(
    async () => {
      for (const hostPort of await hostPorts(control)) {
        const [, transport = '', address = '', port = ''] = /^(\w+)\/(.+):(\d+)$/.exec(hostPort) ?? [];
        places.set(transport, { address, port: Number(port) });
      }
      return expected.every((transport) => places.has(transport));
    },
    `drachtio-server does not say that it listens for SIP over ${expected.join(', ')}`,
  );
  const nowhere = { address: '', port: 0 };
  return {
    control,
    sip: {
      udp: places.get('udp') ?? nowhere,
      tcp: places.get('tcp') ?? nowhere,
      ...optional('tls', places.get('tls')),
      ...optional('ws', places.get('ws')),
      ...optional('wss', places.get('wss')),
    },
    settled: () => Promise.resolve(),
    ...life,
  };
}

async function hostPorts({ host, port, secret }: Subject['control']): Promise<readonly string[]> {
  const client = await FrameClient.open(port, host);
  const [verdict, , , local = ''] = await client.ask(`authenticate|${secret}|`);
  client.close();
  if (verdict !== 'OK') throw new Error('drachtio-server refuses the secret: set DRACHTIO_SECRET');
  return local.split(',');
}

function optional<Name extends string>(name: Name, place: Place | undefined): Partial<Record<Name, Place>> {
  return place === undefined ? {} : ({ [name]: place } as Record<Name, Place>);
}

function handlersXml(handlers: NonNullable<Wanted['handlers']>): string {
  const each = handlers.map(({ method, url }) => `<request-handler sip-method="${method}">${url}</request-handler>`);
  return `<request-handlers>${each.join('')}</request-handlers>`;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), 2000);
    await exited;
    clearTimeout(impatient);
  }
  // A pipe that nobody writes to any more may stay open, and the run with it.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const accepted = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return accepted;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
