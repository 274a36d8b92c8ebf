import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Endpoint } from '../test/support/phone/link.ts';
import { companyNumber } from './company.ts';
import { ExchangeProcess, trunkAddress } from './exchange-process.ts';
import { registerAll } from './registering.ts';
import { freePort } from '../test/support/free-port.ts';

export interface ForwardingDelay {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const callsPerSecond = 50;
const warmUpSeconds = 4;
const measuredSeconds = 8;
const phoneAddress = '127.0.0.3';

/**
 * From an INVITE on the wire to the INVITE that it causes at a phone, at 50 calls a second, with media through the
 * relay. The phone says that it is busy, so that a call is over at once.
 */
export async function forwardingDelay(): Promise<ForwardingDelay> {
  const exchange = await ExchangeProcess.start({ plane: 'relay', logLevel: 'warn' });
  const local = { address: phoneAddress, port: await freePort(phoneAddress) };
  await registerAll(exchange.sip, local, exchange.accounts);
  const [trunk, phone] = await Promise.all([bound(trunkAddress, 0), bound(local.address, local.port)]);
  try {
    return await measure(trunk, phone, exchange.sip);
  } finally {
    trunk.close();
    phone.close();
    await exchange.stop();
  }
}

async function measure(trunk: Socket, phone: Socket, server: Endpoint): Promise<ForwardingDelay> {
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  phone.on('message', (bytes, from) => {
    const request = bytes.toString('latin1');
    if (!request.startsWith('INVITE ')) return;
    const caller = /^From:.*sip:(\+\d+)@/im.exec(request)?.[1] ?? '';
    const at = sentAt.get(caller);
    if (at !== undefined && sentAt.delete(caller)) delays.push(performance.now() - at);
    phone.send(busy(request), from.port, from.address);
  });
  trunk.on('message', (bytes) => {
    const response = bytes.toString('latin1');
    if (response.startsWith('SIP/2.0 486')) trunk.send(acknowledgement(response), server.port, server.address);
  });
  const total = callsPerSecond * (warmUpSeconds + measuredSeconds);
  const start = performance.now();
  for (let call = 0; call < total; call += 1) {
    await wait(Math.max(0, start + (1000 * call) / callsPerSecond - performance.now()));
    const caller = `+316${String(10_000_000 + call)}`;
    sentAt.set(caller, performance.now());
    trunk.send(invite(trunk, caller, call), server.port, server.address);
  }
  await wait(500);
  const measured = delays.slice(callsPerSecond * warmUpSeconds).sort((one, other) => one - other);
  const at = (share: number): number => measured[Math.floor(measured.length * share)] ?? Number.NaN;
  return { calls: measured.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function invite(trunk: Socket, caller: string, call: number): string {
  const { address, port } = trunk.address();
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n`;
  return [
    `INVITE sip:${companyNumber}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${String(port)};branch=z9hG4bK-delay-${String(call)};rport`,
    'Max-Forwards: 70',
    `From: <sip:${caller}@${address}>;tag=delay-${String(call)}`,
    `To: <sip:${companyNumber}@127.0.0.1>`,
    `Call-ID: delay-${String(call)}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:${address}:${String(port)}>`,
    'Content-Type: application/sdp',
    `Content-Length: ${String(sdp.length)}`,
    '',
    sdp,
  ].join('\r\n');
}

function busy(request: string): string {
  return ['SIP/2.0 486 Busy Here', ...fields(request, 'phone'), 'Content-Length: 0\r\n\r\n'].join('\r\n');
}

/** Of a refusal: with its request's branch (RFC 3261 §17.1.1.3). */
function acknowledgement(response: string): string {
  const kept = fields(response, undefined).map((line) => line.replace(/^(CSeq: \d+) INVITE/i, '$1 ACK'));
  return [`ACK sip:${companyNumber}@127.0.0.1 SIP/2.0`, ...kept, 'Content-Length: 0\r\n\r\n'].join('\r\n');
}

function fields(message: string, tag: string | undefined): readonly string[] {
  return message
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line))
    .map((line) => (tag !== undefined && /^To:/i.test(line) ? `${line};tag=${tag}` : line));
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
