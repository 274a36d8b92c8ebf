import { isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import {
  connect,
  type ConnectionOptions,
  createSecureContext,
  createServer,
  rootCertificates,
  type SecureContext,
  type Server,
  TLSSocket,
} from 'node:tls';
import type { ListenerTls, TlsSettings } from '../options.ts';
import type { Counters } from '../stats.ts';
import { Certificates, oldestTls, readPem } from './certificates.ts';
import type { PeerIdentity } from './connection.ts';
import type { Endpoint, Listener } from './flow.ts';
import { certifies, proves } from './peer-identity.ts';

export type TransportLog = (level: 'debug' | 'info' | 'warn', text: string, fields?: Record<string, unknown>) => void;

/** What speaks TLS with those who connect to one listener. */
export interface TlsFront {
  readonly certificates: Certificates;
  readonly server: Server;
}

/** Everything of TLS: the certificates that we show, and whom we believe. */
export class Security {
  readonly #fronts: TlsFront[] = [];
  readonly #trusted: string[] | undefined;
  /** By whose certificate they show; to make one is dear. */
  readonly #outgoing = new Map<TlsFront | undefined, SecureContext>();
  readonly #watch: NodeJS.Timeout | undefined;

  /** Throws when the file of trusted certificates cannot be read. */
  constructor(
    private readonly settings: TlsSettings,
    private readonly handshakeMs: number,
    private readonly counters: Counters,
    private readonly log: TransportLog,
  ) {
    const { trusted, checkFilesMs } = settings;
    this.#trusted = trusted === undefined ? undefined : [...rootCertificates, readPem(trusted)];
    if (checkFilesMs > 0) {
      this.#watch = setInterval(() => {
        this.#reload(this.#fronts.filter(({ certificates }) => certificates.changed()));
      }, checkFilesMs).unref();
    }
  }

  /**
   * Makes what shakes hands with those who connect to a listener; sockets are handed to its `connection` event.
   * Throws when a certificate cannot be used.
   */
  front(files: ListenerTls, secured: (socket: TLSSocket) => void): TlsFront {
    const certificates = new Certificates(files);
    const server = createServer({
      ...certificates.standard,
      requestCert: files.requestClientCertificate === true,
      // Who shows none is let in as well: it is for the application to ask who somebody is.
      rejectUnauthorized: false,
      // The deadline of the connection counts, not this one.
      handshakeTimeout: 24 * 3_600_000,
      SNICallback: (name, found) => {
        found(null, certificates.contextFor(name));
      },
    });
    server.on('secureConnection', (socket) => {
      socket.disableRenegotiation();
      secured(socket);
    });
    server.on('tlsClientError', (error, socket) => {
      this.counters.handshakesFailed++;
      this.log('debug', 'a TLS handshake failed', { why: error.message, from: socket.remoteAddress });
      socket.destroy();
    });
    const front = { certificates, server };
    this.#fronts.push(front);
    return front;
  }

  /** Connects; it is `secureConnect` once the peer has proved to be `host`, the one that was dialled (RFC 5922 §7.3). */
  dial(remote: Endpoint, local: Listener, host: string, shown: TlsFront | undefined): TLSSocket {
    const { verifyPeers } = this.settings;
    const options: ConnectionOptions & TcpSocketConnectOpts = {
      host: remote.address,
      port: remote.port,
      localAddress: local.address,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // A peer that asks for our certificate gets that of the listener.
      secureContext: this.#contextShowing(shown),
      minVersion: oldestTls,
      rejectUnauthorized: verifyPeers,
      checkServerIdentity: (_, certificate) =>
        certifies(certificate, host) ? undefined : new Error(`its certificate is not of ${host}`),
    };
    const socket = connect(options);
    const failed = (error: Error): void => {
      this.counters.handshakesFailed++;
      this.log('warn', 'no TLS connection could be made', { to: host, address: remote.address, why: error.message });
    };
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.off('error', failed);
    });
    this.#limit(socket);
    return socket;
  }

  #limit(socket: TLSSocket): void {
    if (this.handshakeMs === 0) return;
    const deadline = setTimeout(() => {
      socket.destroy(new Error(`no TLS handshake within ${String(this.handshakeMs)} ms`));
    }, this.handshakeMs);
    const settled = (): void => {
      clearTimeout(deadline);
    };
    socket.once('secureConnect', settled);
    socket.once('close', settled);
  }

  /** Who the peer of this connection is: by what it proved, or by where it was met. */
  identity(socket: Socket, remote: Endpoint): PeerIdentity {
    const proved = (host: string): boolean => socket instanceof TLSSocket && proves(socket, host);
    const believing = !(socket instanceof TLSSocket) || !this.settings.verifyPeers;
    return { isWith: (host) => believing || host === remote.address || proved(host), proves: proved };
  }

  /** Reads all certificates again; open connections stay as they are. */
  reload(): void {
    this.#reload(this.#fronts);
  }

  close(): void {
    clearInterval(this.#watch);
  }

  #reload(fronts: readonly TlsFront[]): void {
    this.#outgoing.clear();
    for (const { certificates, server } of fronts) {
      try {
        certificates.reload();
        server.setSecureContext(certificates.standard);
        this.log('info', 'certificates were read again');
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.log('warn', 'certificates could not be read again: the old ones stay in use', { why });
      }
    }
  }

  #contextShowing(shown: TlsFront | undefined): SecureContext {
    const made = this.#outgoing.get(shown);
    if (made !== undefined) return made;
    const { key, cert } = shown?.certificates.standard ?? {};
    const context = createSecureContext({
      minVersion: oldestTls,
      ...(key === undefined || cert === undefined ? {} : { key, cert }),
      ...(this.#trusted === undefined ? {} : { ca: this.#trusted }),
    });
    this.#outgoing.set(shown, context);
    return context;
  }
}

/** Hands a socket that has been counted to the handshake. */
export function handOver(front: TlsFront, socket: Socket): void {
  front.server.emit('connection', socket);
}
