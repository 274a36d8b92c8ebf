import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Frame {
  readonly fields: readonly string[];
  readonly message: string;
}

/** An application made of bare frames. */
export class FrameClient {
  readonly #waiting: { wants(frame: Frame): boolean; take(frame: Frame): void }[] = [];
  readonly #queue: Frame[] = [];
  #held = Buffer.alloc(0);
  #last = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      for (let hash = this.#held.indexOf('#'); hash > 0; hash = this.#held.indexOf('#')) {
        const end = hash + 1 + Number(this.#held.toString('latin1', 0, hash));
        if (this.#held.length < end) return;
        this.#take(this.#held.toString('utf8', hash + 1, end));
        this.#held = this.#held.subarray(end);
      }
    });
  }

  static async open(port: number, host = '127.0.0.1'): Promise<FrameClient> {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return new FrameClient(socket);
  }

  /** @returns the id of the frame */
  send(meta: string, message?: string): string {
    const id = `m${String(++this.#last)}`;
    const payload = `${id}|${meta}${message === undefined ? '' : `\r\n${message}`}`;
    this.socket.write(`${String(Buffer.byteLength(payload))}#${payload}`);
    return id;
  }

  write(bytes: string): void {
    this.socket.write(bytes);
  }

  /** The answer to a frame of ours. */
  answer(id: string): Promise<Frame> {
    return this.next((frame) => frame.fields[1] === 'response' && frame.fields[2] === id, `answer to ${id}`);
  }

  async ask(meta: string, message?: string): Promise<readonly string[]> {
    return (await this.answer(this.send(meta, message))).fields.slice(3);
  }

  /** The next message of the network, or of the engine itself. */
  sip(): Promise<Frame> {
    return this.next((frame) => frame.fields[1] === 'sip', 'sip frame');
  }

  next(wants: (frame: Frame) => boolean, what: string): Promise<Frame> {
    const at = this.#queue.findIndex(wants);
    if (at >= 0) return Promise.resolve(this.#queue.splice(at, 1)[0]!);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no ${what} within 4 s; there is ${JSON.stringify(this.#queue)}`));
      }, 4000);
      this.#waiting.push({
        wants,
        take: (frame) => {
          clearTimeout(timer);
          resolve(frame);
        },
      });
    });
  }

  get closed(): Promise<unknown> {
    return this.socket.closed ? Promise.resolve() : once(this.socket, 'close');
  }

  close(): void {
    this.socket.destroy();
  }

  #take(payload: string): void {
    const end = payload.indexOf('\r\n');
    const fields = (end < 0 ? payload : payload.slice(0, end)).split('|');
    const frame = { fields, message: end < 0 ? '' : payload.slice(end + 2) };
    const at = this.#waiting.findIndex(({ wants }) => wants(frame));
    if (at < 0) this.#queue.push(frame);
    else this.#waiting.splice(at, 1)[0]?.take(frame);
  }
}
