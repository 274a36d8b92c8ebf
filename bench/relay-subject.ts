import { startRelay } from '../src/media/relay/plane.ts';

/** The ports on which the parties of a stream wait for sound. */
export interface StreamParties {
  readonly caller: number;
  readonly callee: number;
}

export interface SubjectOrder {
  /** Open so many streams more. */
  readonly streams: readonly StreamParties[];
}

/** Our relay in a process of its own, so that its processor time can be told from everything else's. */
export type SubjectMessage =
  { readonly type: 'ready' } | { readonly type: 'opened'; readonly streams: readonly StreamParties[] };

const via = '127.0.0.1';

async function run(): Promise<void> {
  const plane = await startRelay({ portRange: { from: 20_000, to: 29_999 }, bindAddress: via });
  const open = async (parties: StreamParties): Promise<StreamParties> => {
    const spec = { call: 'bench', via, onEvent: () => undefined };
    const from = await plane.answering({ ...spec, offer: sdp(parties.caller) });
    if (!from.ok) throw from.error;
    const to = await plane.offering({ ...spec, like: from.value });
    if (!to.ok) throw to.error;
    await to.value.accept(sdp(parties.callee));
    await plane.bridge(from.value, to.value);
    const answer = await from.value.answer();
    if (!answer.ok) throw answer.error;
    return { caller: portOf(answer.value), callee: portOf(to.value.offer(via)) };
  };
  process.on('disconnect', () => process.exit());
  process.on('message', (order: SubjectOrder) => {
    void Promise.all(order.streams.map(open)).then((streams) => process.send?.({ type: 'opened', streams }));
  });
  process.send?.({ type: 'ready' });
}

export function sdp(port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 ${via}\r\ns=-\r\nc=IN IP4 ${via}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n`;
}

export function portOf(description: string): number {
  return Number(/^m=audio (\d+) /m.exec(description)?.[1]);
}

if (process.send !== undefined) await run();
