import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import packet, { type Answer, type Question } from 'dns-packet';

/** A name server on loopback that knows what the test tells it, and denies all else. */
export class DnsServer {
  readonly asked: string[] = [];
  /** Answers nothing at all. */
  silent = false;

  private constructor(
    private readonly socket: Socket,
    private readonly zone: Readonly<Record<string, readonly unknown[]>>,
    private readonly ttl: number,
  ) {
    socket.on('message', (bytes, { address, port }) => {
      const { id, questions } = packet.decode(bytes);
      for (const { type, name } of questions ?? []) this.asked.push(`${type} ${name.toLowerCase()}`);
      if (!this.silent) socket.send(this.#reply(id ?? 0, questions ?? []), port, address);
    });
  }

  static async open(zone: Readonly<Record<string, readonly unknown[]>>, ttl = 60): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, zone, ttl);
  }

  /** As the options of a resolver want it. */
  get place(): string {
    return `127.0.0.1:${String(this.socket.address().port)}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.close(() => {
        resolve();
      });
    });
  }

  #reply(id: number, questions: Question[]): Buffer {
    const answers = questions.flatMap(({ type, name }) =>
      (this.zone[`${type} ${name.toLowerCase()}`] ?? []).map(
        (data) => ({ type, name, ttl: this.ttl, data }) as unknown as Answer,
      ),
    );
    return packet.encode({
      type: 'response',
      id,
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE,
      questions,
      answers,
    });
  }
}
