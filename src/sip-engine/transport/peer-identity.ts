import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';

/**
 * Whether that certificate is of that host (RFC 5922 §7.2): by a `sip:` URI or a DNS name among its alternative names, or
 * by its IP address. Other than §7.2 wants, `*.example.com` counts, as trunks bear such ones.
 */
export function certifies(certificate: PeerCertificate, host: string): boolean {
  const alternatives = certificate.subjectaltname ?? '';
  const uris = alternatives.split(/,\s*/).filter((one) => one.startsWith('URI:'));
  if (isIP(host) === 0 && uris.some((uri) => uri.toLowerCase() === `uri:sip:${host.toLowerCase()}`)) return true;
  return checkServerIdentity(host, certificate) === undefined;
}

/** Whether the peer has proved by a certificate of somebody we trust that it is that host. */
export function proves(socket: TLSSocket, host: string): boolean {
  if (!socket.authorized) return false;
  const certificate = socket.getPeerCertificate();
  return Object.keys(certificate).length > 0 && certifies(certificate, host);
}
