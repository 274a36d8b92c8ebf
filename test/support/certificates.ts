import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** An authority of a test's own, and the certificates it signs: files in a folder of its own. Needs `openssl`. */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  /** Its own certificate: who trusts it believes the others. */
  readonly cert = join(this.#folder, 'ca.pem');
  readonly #key = join(this.#folder, 'ca.key');
  #last = 0;

  constructor() {
    openssl('req', '-x509', ...newKey, '-subj', '/CN=test authority', '-keyout', this.#key, '-out', this.cert);
  }

  /** @param names as in `DNS:example.com` or `IP:127.0.0.1` */
  certificate(...names: string[]): Certificate {
    const base = join(this.#folder, String(++this.#last));
    const [key, cert, request, extensions] = [`${base}.key`, `${base}.pem`, `${base}.csr`, `${base}.ext`];
    writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
    openssl('req', ...newKey, '-subj', `/CN=certificate ${String(this.#last)}`, '-keyout', key, '-out', request);
    const signed = ['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-days', '2', '-extfile', extensions];
    openssl('x509', '-req', '-in', request, ...signed, '-out', cert);
    return { key, cert };
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** Puts another certificate in the files of the first, as a renewal does. */
export function renew({ key, cert }: Certificate, by: Certificate): void {
  copyFileSync(by.key, key);
  copyFileSync(by.cert, cert);
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...options: string[]): void {
  execFileSync('openssl', options, { stdio: 'pipe' });
}
