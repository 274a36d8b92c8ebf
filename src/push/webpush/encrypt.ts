import { createCipheriv, createECDH, createHmac } from 'node:crypto';

export interface BrowserKeys {
  /** 65 bytes: a point of P-256, uncompressed. */
  readonly p256dh: Buffer;
  /** 16 bytes. */
  readonly auth: Buffer;
}

/** Chance of one message: never twice the same. */
export interface Nonce {
  /** A private key on P-256, used for this message only. */
  readonly privateKey: Buffer;
  /** 16 bytes. */
  readonly salt: Buffer;
}

const recordSize = 4096;
/** A record is the header of 86 bytes, the text, its end mark and the tag of 16 bytes. */
export const longestPlaintext = recordSize - 86 - 1 - 16;

/**
 * Encrypts a push for one browser, as a single record of aes128gcm (RFC 8291 §3.4, RFC 8188 §2).
 * Throws when the browser's key is no point of the curve.
 */
export function encryptPush(plaintext: Buffer, { p256dh, auth }: BrowserKeys, { privateKey, salt }: Nonce): Buffer {
  const ours = createECDH('prime256v1');
  ours.setPrivateKey(privateKey);
  const publicKey = ours.getPublicKey();
  const shared = ours.computeSecret(p256dh);

  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, publicKey]);
  const material = expand(hmac(auth, shared), info, 32);
  const pseudorandom = hmac(salt, material);
  const key = expand(pseudorandom, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const iv = expand(pseudorandom, Buffer.from('Content-Encoding: nonce\0'), 12);

  const cipher = createCipheriv('aes-128-gcm', key, iv);
  // 2 marks the end of the last record, which is also the first.
  const sealed = [cipher.update(plaintext), cipher.update(Buffer.of(2)), cipher.final(), cipher.getAuthTag()];

  const head = Buffer.alloc(5);
  head.writeUInt32BE(recordSize, 0);
  head.writeUInt8(publicKey.length, 4);
  return Buffer.concat([salt, head, publicKey, ...sealed]);
}

/** HKDF (RFC 5869) for at most 32 bytes, which is one round. */
function expand(key: Buffer, info: Buffer, length: number): Buffer {
  return hmac(key, Buffer.concat([info, Buffer.of(1)])).subarray(0, length);
}

function hmac(key: Buffer, content: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
