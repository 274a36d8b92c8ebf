import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { CertificateFiles, ListenerTls } from '../options.ts';

/** RFC 8996 takes away what is older. */
export const oldestTls = 'TLSv1.2';

/** The certificates of one listener, as read. */
interface Material {
  readonly standard: SecureContextOptions;
  readonly named: readonly { readonly names: readonly string[]; readonly context: SecureContext }[];
}

/** The certificates of one listener, read from files again and again; what cannot be read changes nothing. */
export class Certificates {
  #material: Material;
  #seen: string;

  /** Throws an Error that names the file and what is wrong with it. */
  constructor(private readonly files: ListenerTls) {
    this.#seen = this.#signature();
    this.#material = read(files);
  }

  /** For who names no server, or one that has no certificate of its own. */
  get standard(): SecureContextOptions {
    return this.#material.standard;
  }

  /** For who names that server (SNI, RFC 6066 §3): an exact name first, then `*.example.com`. */
  contextFor(server: string): SecureContext | undefined {
    const name = server.toLowerCase();
    const parent = `*${name.slice(name.indexOf('.'))}`;
    const { named } = this.#material;
    return (named.find(({ names }) => names.includes(name)) ?? named.find(({ names }) => names.includes(parent)))
      ?.context;
  }

  /** Throws what the constructor throws; then the old ones stay. */
  reload(): void {
    this.#seen = this.#signature();
    this.#material = read(this.files);
  }

  /** Whether a file was replaced since it was read last, well or badly. */
  changed(): boolean {
    return this.#signature() !== this.#seen;
  }

  #signature(): string {
    const { key, cert, ca, servers = [] } = this.files;
    const paths = [key, cert, ...(ca === undefined ? [] : [ca]), ...servers.flatMap((one) => [one.key, one.cert])];
    return paths
      .map((path) => {
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? 'none' : [stat.ino, stat.mtimeMs, stat.size].join(':');
      })
      .join(' ');
  }
}

function read({ ca: caPath, servers = [], ...files }: ListenerTls): Material {
  const ca = caPath === undefined ? {} : { ca: readPem(caPath) };
  const standard = pair(files, ca);
  const named = servers.map((server) => ({
    names: server.names.map((name) => name.toLowerCase()),
    context: createSecureContext(pair(server, ca)),
  }));
  return { standard, named };
}

/** Throws unless key and certificate belong together. */
function pair({ key, cert }: CertificateFiles, ca: { ca?: string }): SecureContextOptions {
  const options: SecureContextOptions = { key: readPem(key), cert: readPem(cert), minVersion: oldestTls, ...ca };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(`the key ${key} and the certificate ${cert} cannot be used together: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return options;
}

/**
 * @param path of a PEM file
 * @throws Error also for an empty one, which is what a file is for a moment while it is written: Node's TLS would take
 * it for no certificate at all, and from then on every handshake would fail
 */
export function readPem(path: string): string {
  const text = contentOf(path);
  if (text.trim() === '') throw new Error(`${path} is empty: write a PEM file`);
  return text;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
