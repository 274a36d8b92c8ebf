import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { Authority, type Certificate } from '../../support/certificates.ts';
import { type ApiWorld, startWorld } from '../../support/api/world.ts';

describe('the API over TLS', () => {
  const authority = new Authority();
  let world: ApiWorld;

  const texts = ({ key, cert }: Certificate) => ({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
  const first = texts(authority.certificate('DNS:localhost'));
  const second = texts(authority.certificate('DNS:localhost'));

  before(async () => {
    world = await startWorld({}, { tls: first });
  });
  after(async () => {
    await world.stop();
    authority.remove();
  });

  /** The first line of the answer, and whose certificate came with it. */
  const ask = (options: object = {}): Promise<{ readonly status: string; readonly subject: string }> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(world.url);
      const ca = readFileSync(authority.cert);
      const socket = connect({ host: '127.0.0.1', port: Number(port), servername: 'localhost', ca, ...options });
      socket.once('error', reject);
      socket.once('secureConnect', () => socket.write('GET /v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      socket.once('data', (data) => {
        const [status = ''] = data.toString('latin1').split('\r\n');
        resolve({ status, subject: String(socket.getPeerCertificate().subject.CN) });
        socket.destroy();
      });
    });

  it('answers whoever speaks TLS 1.2 or later, and nobody who speaks less', async () => {
    assert.equal((await ask()).status, 'HTTP/1.1 401 Unauthorized');
    await assert.rejects(ask({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
  });

  it('takes a new certificate without a stop, and keeps the old one when the new one is broken', async () => {
    assert.equal((await ask()).subject, 'certificate 1');
    world.useCertificate(second);
    assert.equal((await ask()).subject, 'certificate 2');
    assert.throws(() => {
      world.useCertificate({ key: first.key, cert: second.cert });
    });
    assert.equal((await ask()).subject, 'certificate 2');
  });
});
