import { createSocket, type Socket } from 'node:dgram';

/** Where each stream's two parties send to. */
export interface LoadOrder {
  readonly streams: readonly { readonly caller: number; readonly callee: number }[];
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly received: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type LoadMessage =
  { readonly type: 'ports'; readonly ports: readonly number[] } | ({ readonly type: 'result' } & LoadResult);

const socketCount = 8;
const packetMs = 20;
const packetBytes = 172;

/**
 * The parties of all streams, in a process of their own: 50 packets a second each way, each bearing
 * the moment at which it was sent. A few sockets serve all of them, so that this costs less than the relay does.
 */
async function run(): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: socketCount }, bound));
  tell({ type: 'ports', ports: sockets.map((socket) => socket.address().port) });
  process.on('disconnect', () => process.exit());
  process.on('message', (order: LoadOrder) => {
    void play(sockets, order).then((result) => tell({ type: 'result', ...result }));
  });
}

async function play(sockets: readonly Socket[], order: LoadOrder): Promise<LoadResult> {
  const directions = order.streams.flatMap(({ caller, callee }, stream) => [
    { to: caller, from: sockets[(2 * stream) % socketCount]! },
    { to: callee, from: sockets[(2 * stream + 1) % socketCount]! },
  ]);
  const packet = Buffer.alloc(packetBytes, 0xd5);
  packet[0] = 0x80;
  packet[1] = 8;
  const start = performance.now();
  const measureFrom = start + order.warmUpMs;
  const end = measureFrom + order.measureMs;
  let sent = 0;
  const delays: number[] = [];
  const hear = (heard: Buffer): void => {
    const sentAt = heard.readDoubleBE(12);
    if (sentAt >= measureFrom && sentAt < end) delays.push(performance.now() - sentAt);
  };
  for (const socket of sockets) socket.on('message', hear);

  // Spread evenly over the 20 ms, as many calls are.
  let due = 0;
  for (let now = start; now < end; now = performance.now()) {
    const until = ((now - start) / packetMs) * directions.length;
    for (let batch = 0; due < until && batch < 64; batch += 1, due += 1) {
      const { to, from } = directions[due % directions.length]!;
      const round = Math.floor(due / directions.length);
      packet.writeUInt16BE(round % 65_536, 2);
      packet.writeUInt32BE(round * 160, 4);
      packet.writeUInt32BE(due % directions.length, 8);
      const at = performance.now();
      packet.writeDoubleBE(at, 12);
      from.send(packet, to, '127.0.0.1');
      if (at >= measureFrom && at < end) sent += 1;
    }
    await (due < until ? soon() : shortly());
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const socket of sockets) socket.off('message', hear);
  delays.sort((one, other) => one - other);
  const at = (share: number): number => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  return { sent, received: delays.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

async function bound(): Promise<Socket> {
  const lookup = (
    address: string,
    _options: unknown,
    done: (problem: null, address: string, family: number) => void,
  ): void => done(null, address, 4);
  const socket = createSocket({ type: 'udp4', lookup, recvBufferSize: 4_194_304, sendBufferSize: 4_194_304 });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

function tell(message: LoadMessage): void {
  process.send?.(message);
}

await run();
