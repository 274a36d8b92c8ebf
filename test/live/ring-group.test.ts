import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTenant, newUser, ringTogether } from '../../src/directory/new.ts';
import { deviceId, planId, tenantId, userId } from '../../src/directory/names.ts';
import type { Device, E164, Extension, User } from '../../src/directory/types.ts';
import { hashCredentials } from '../../src/signalling/digest/credentials.ts';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { freePort } from '../support/free-port.ts';
import { bindingOf } from '../support/people.ts';
import { ServerProcess } from '../support/server-process.ts';

const people = 20;
const mostMs = 20;
const carrier = '127.0.0.41';
const number = '+31851234567';
const tenant = newTenant({ id: tenantId('twintig'), name: 'Twintig BV' });

/** Bare sockets, which note when something arrives before they look at it: a whole phone each would be slower than what is measured. */
describe('twenty people in one group', function () {
  this.timeout(30_000);
  let folder: string;
  let server: ServerProcess;
  let caller: Socket;
  const phones: Socket[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'group-'));
    const file = join(folder, 'qaller.db');
    const port = await freePort('127.0.0.1');
    for (let index = 0; index < people; index++) phones.push(await bound('127.0.0.1'));
    await prepare(file, port, phones);
    caller = await bound(carrier);
    server = await ServerProcess.start({
      config: {
        sip: { listen: [`udp:127.0.0.1:${String(port)}`] },
        store: { file },
        trunks: [{ id: 'carrier', host: carrier, port: caller.address().port, sources: [`${carrier}/32`] }],
        demoCompany: 'never',
      },
    });
  });
  after(async () => {
    await server.stop();
    for (const socket of [...phones, caller]) socket.close();
    await rm(folder, { recursive: true });
  });

  it(`are rung within ${String(mostMs)} ms of each other`, async () => {
    const spreads: number[] = [];
    for (let turn = 0; turn < 5; turn++) spreads.push(await spreadOfCall(turn));
    // A machine that does something else for a moment says nothing about the exchange: the best of five counts.
    const told = spreads.map((ms) => ms.toFixed(1)).join(', ');
    assert.ok(Math.min(...spreads) < mostMs, `the last was rung so many ms after the first: ${told}`);
  });

  /** Calls the group; everybody is busy once all have been rung. @returns milliseconds from the first INVITE to the last */
  async function spreadOfCall(turn: number): Promise<number> {
    const over = finalOf(caller);
    const { address, port } = server.sip();
    caller.send(invite(turn, caller.address()), port, address);
    const invites = await Promise.all(phones.map(nextInvite));
    const at = invites.map((one) => one.at);
    invites.forEach(({ text, socket }) => {
      socket.send(busy(text), port, address);
    });
    const final = await over;
    assert.match(final, /^SIP\/2\.0 486 /);
    caller.send(ack(final, invite(turn, caller.address())), port, address);
    return Math.max(...at) - Math.min(...at);
  }
});

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** A company whose one number rings all twenty, each registered from one of the sockets. */
async function prepare(file: string, port: number, sockets: readonly Socket[]): Promise<void> {
  const members = sockets.map((_, index) => member(String(1001 + index)));
  const plan = planId('twintig');
  const store = await openSqlite({ file });
  await store.directory.save({
    tenants: [tenant],
    users: members.map(({ user }) => user),
    devices: members.map(({ device }) => device),
    plans: [
      {
        ...{ id: plan, tenant: tenant.id, name: 'Twintig', prefix: undefined, outsideSees: 'caller' },
        steps: [
          ringTogether(
            members.map(({ user }) => user.id),
            10,
          ),
        ],
      },
    ],
    companyNumbers: [{ number: number as E164, tenant: tenant.id, plan }],
  });
  for (const [index, { device }] of members.entries()) {
    const remotePort = sockets[index]?.address().port ?? 0;
    const contact = `sip:${device.username}@127.0.0.1:${String(remotePort)}`;
    const flow = {
      ...({ transport: 'udp', remoteAddress: '127.0.0.1', remotePort } as const),
      ...{ localAddress: '127.0.0.1', localPort: port },
    };
    const binding = bindingOf(device.username, {
      device: device.id,
      key: contact,
      contact,
      flow,
      expiresAt: Date.now() + 3_600_000,
    });
    await store.bindings.change(device.id, Date.now(), () => ({ outcome: undefined, bindings: [binding] }));
  }
  await store.close();
}

function member(extension: string): { readonly user: User; readonly device: Device } {
  const user = newUser({
    ...{ id: userId(`twintig-${extension}`), tenant: tenant.id, name: extension, extension: extension as Extension },
    ringTargets: { desk: true },
  });
  const username = `${extension}-desk`;
  const device: Device = {
    ...{ id: deviceId(username), tenant: tenant.id, user: user.id, kind: 'desk', username },
    credentials: hashCredentials(username, 'qaller', 'not used here'),
  };
  return { user, device };
}

interface Arrival {
  readonly at: number;
  readonly text: string;
  readonly socket: Socket;
}

function nextInvite(socket: Socket): Promise<Arrival> {
  return new Promise((resolve) => {
    const listener = (bytes: Buffer): void => {
      const at = performance.now();
      if (bytes.subarray(0, 7).toString() !== 'INVITE ') return;
      socket.off('message', listener);
      resolve({ at, text: bytes.toString(), socket });
    };
    socket.on('message', listener);
  });
}

function finalOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const listener = (bytes: Buffer): void => {
      const text = bytes.toString();
      if (!/^SIP\/2\.0 [2-6]/.test(text)) return;
      socket.off('message', listener);
      resolve(text);
    };
    socket.on('message', listener);
  });
}

function invite(turn: number, from: { readonly address: string; readonly port: number }): string {
  const here = `${from.address}:${String(from.port)}`;
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${from.address}\r\ns=-\r\nc=IN IP4 ${from.address}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n`;
  return [
    `INVITE sip:${number}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${here};branch=z9hG4bK-group-${String(turn)};rport`,
    'Max-Forwards: 70',
    `From: <sip:+31201234567@${from.address}>;tag=${String(turn)}`,
    `To: <sip:${number}@127.0.0.1>`,
    `Call-ID: group-${String(turn)}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:${here}>`,
    'Content-Type: application/sdp',
    `Content-Length: ${String(sdp.length)}`,
    '',
    sdp,
  ].join('\r\n');
}

function fields(text: string, ...names: readonly string[]): readonly string[] {
  return text.split('\r\n').filter((line) => names.some((name) => line.startsWith(`${name}: `)));
}

function busy(text: string): string {
  const copied = fields(text, 'Via', 'From', 'Call-ID', 'CSeq');
  const to = fields(text, 'To').map((line) => `${line};tag=busy`);
  return ['SIP/2.0 486 Busy Here', ...copied, ...to, 'Content-Length: 0', '', ''].join('\r\n');
}

function ack(final: string, sent: string): string {
  const [start = ''] = sent.split('\r\n');
  const lines = [
    start.replace('INVITE', 'ACK'),
    ...fields(sent, 'Via', 'Max-Forwards', 'From', 'Call-ID'),
    ...fields(final, 'To'),
  ];
  return [...lines, 'CSeq: 1 ACK', 'Content-Length: 0', '', ''].join('\r\n');
}
