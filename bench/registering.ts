import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from '../test/support/phone/link.ts';
import type { Account } from './company.ts';

const atOnce = 100;
const againMs = 1000;

/** Registers phones that all sit behind one UDP address, each with a password (RFC 3261 §22, MD5). */
export async function registerAll(server: Endpoint, local: Endpoint, accounts: readonly Account[]): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(local.port, local.address);
  await once(socket, 'listening');
  const registering = new Registering(socket, server);
  const waiting = accounts.entries();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, accounts.length) }, async () => {
      for (const [index, account] of waiting) await registering.register(account, index);
    }),
  );
  socket.close();
}

class Registering {
  readonly #waiting = new Map<string, (response: string) => void>();

  constructor(
    private readonly socket: Socket,
    private readonly server: Endpoint,
  ) {
    socket.on('message', (bytes) => {
      const response = bytes.toString('latin1');
      this.#waiting.get(field(response, 'Call-ID'))?.(response);
    });
  }

  async register(account: Account, index: number): Promise<void> {
    const call = `register-${String(index)}`;
    const challenge = await this.#ask(account, call, 1, '');
    const nonce = /nonce="([^"]+)", algorithm=MD5/.exec(challenge)?.[1] ?? '';
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const answer = await this.#ask(account, call, 2, this.#authorization(account, realm, nonce));
    if (!answer.startsWith('SIP/2.0 200')) throw new Error(`${account.username} could not be registered:\n${answer}`);
  }

  async #ask({ username }: Account, call: string, cseq: number, authorization: string): Promise<string> {
    const { address, port } = this.socket.address();
    const aor = `sip:${username}@${this.server.address}`;
    const request = [
      `REGISTER ${this.#uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${String(port)};branch=z9hG4bK-${call}-${String(cseq)};rport`,
      'Max-Forwards: 70',
      `From: <${aor}>;tag=${call}`,
      `To: <${aor}>`,
      `Call-ID: ${call}`,
      `CSeq: ${String(cseq)} REGISTER`,
      `Contact: <sip:${username}@${address}:${String(port)}>`,
      'Expires: 3600',
      'User-Agent: Example Desk 2.1',
      ...(authorization === '' ? [] : [authorization]),
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n');
    const send = (): void => this.socket.send(request, this.server.port, this.server.address);
    const again = setInterval(send, againMs);
    send();
    const response = await new Promise<string>((resolve) => {
      this.#waiting.set(call, (heard) => {
        if (field(heard, 'CSeq') === `${String(cseq)} REGISTER`) resolve(heard);
      });
    });
    clearInterval(again);
    this.#waiting.delete(call);
    return response;
  }

  get #uri(): string {
    return `sip:${this.server.address}:${String(this.server.port)}`;
  }

  #authorization({ username, password }: Account, realm: string, nonce: string): string {
    const [ha1, ha2] = [md5(`${username}:${realm}:${password}`), md5(`REGISTER:${this.#uri}`)];
    const response = md5(`${ha1}:${nonce}:00000001:bench:auth:${ha2}`);
    return (
      `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${this.#uri}", ` +
      `algorithm=MD5, qop=auth, nc=00000001, cnonce="bench", response="${response}"`
    );
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function field(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\\r$`, 'im').exec(message)?.[1] ?? '';
}
