/**
 * Leaves only the MD5 challenge in a response, for `LossyNetwork`: SIPp 3.6 and baresip 1.0
 * give up at the first algorithm that they do not know, where RFC 8760 has them pass over it.
 */
export function onlyMd5(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replaceAll(/WWW-Authenticate: [^\r]*algorithm=SHA-256[^\r]*\r\n/g, ''), 'latin1');
}
