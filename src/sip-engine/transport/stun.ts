import { isIPv4 } from 'node:net';

const magicCookie = 0x2112a442;
const headerLength = 20;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const bindingError = 0x0111;
const [unknownAttributes, xorMappedAddress, errorCode, fingerprint] = [0x000a, 0x0020, 0x0009, 0x8028];
/** With a FINGERPRINT the attributes of a request take no more than this, or somebody pads it. */
const longestRequest = 548;

/** A STUN Binding request (RFC 8489 §2), by which a telephone keeps its address translator open (RFC 5626 §3.5.2). */
export interface BindingRequest {
  readonly transaction: Buffer;
  readonly fingerprinted: boolean;
  /** Attributes that must be understood, and are not (RFC 8489 §6.3.1). */
  readonly unknown: readonly number[];
}

/** Whether a datagram on a SIP port cannot be SIP but may be STUN: SIP begins with no such byte (RFC 8489 §5). */
export function looksLikeStun(bytes: Buffer): boolean {
  return (bytes[0] ?? 0xff) < 4 && bytes.length >= headerLength && bytes.readUInt32BE(4) === magicCookie;
}

/** Undefined for what is no whole Binding request of RFC 8489: it gets no answer. */
export function readBindingRequest(bytes: Buffer): BindingRequest | undefined {
  if (!looksLikeStun(bytes) || bytes.length > longestRequest) return undefined;
  const length = bytes.readUInt16BE(2);
  if (bytes.readUInt16BE(0) !== bindingRequest || length % 4 !== 0 || bytes.length !== headerLength + length) {
    return undefined;
  }
  const unknown: number[] = [];
  let fingerprinted = false;
  for (let at = headerLength; at < bytes.length;) {
    const [type, size] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    const end = at + 4 + 4 * Math.ceil(size / 4);
    // FINGERPRINT is the last attribute (RFC 8489 §14.7).
    if (end > bytes.length || fingerprinted) return undefined;
    if (type === fingerprint) {
      if (size !== 4 || bytes.readUInt32BE(at + 4) !== fingerprintOf(bytes.subarray(0, at))) return undefined;
      fingerprinted = true;
    } else if (type < 0x8000 && !known.has(type)) unknown.push(type);
    at = end;
  }
  return { transaction: Buffer.from(bytes.subarray(8, headerLength)), fingerprinted, unknown };
}

/** USERNAME, MESSAGE-INTEGRITY, REALM, NONCE and their likes: understood, in that nobody has to prove himself here. */
const known: ReadonlySet<number> = new Set([0x0006, 0x0008, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e]);

/**
 * The answer: which address the request came from (RFC 8489 §14.2), or which attributes are unknown. It is at the most
 * 24 bytes longer than the request, IPv4 12.
 */
export function bindingResponse(request: BindingRequest, from: { address: string; port: number }): Buffer {
  const refused = request.unknown.length > 0;
  const attributes = refused ? refusal(request.unknown.slice(0, 2)) : [mapped(request.transaction, from)];
  const body = Buffer.concat(attributes);
  const extra = request.fingerprinted ? 8 : 0;
  const head = Buffer.alloc(8);
  head.writeUInt16BE(refused ? bindingError : bindingSuccess, 0);
  head.writeUInt16BE(body.length + extra, 2);
  head.writeUInt32BE(magicCookie, 4);
  const message = Buffer.concat([head, request.transaction, body]);
  if (!request.fingerprinted) return message;
  const proof = Buffer.alloc(4);
  proof.writeUInt32BE(fingerprintOf(message));
  return Buffer.concat([message, attribute(fingerprint, proof)]);
}

function mapped(transaction: Buffer, { address, port }: { address: string; port: number }): Buffer {
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(magicCookie);
  const family = isIPv4(address) ? 1 : 2;
  const plain = family === 1 ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
  const mask = Buffer.concat([cookie, transaction]);
  const value = Buffer.alloc(4 + plain.length);
  value[1] = family;
  value.writeUInt16BE(port ^ (magicCookie >>> 16), 2);
  plain.forEach((byte, at) => {
    value[4 + at] = byte ^ (mask[at] ?? 0);
  });
  return attribute(xorMappedAddress, value);
}

/** 420, without a phrase: who reads it is no human. */
function refusal(unknown: readonly number[]): Buffer[] {
  const types = Buffer.alloc(2 * unknown.length);
  unknown.forEach((type, at) => types.writeUInt16BE(type, 2 * at));
  return [attribute(errorCode, Buffer.from([0, 0, 4, 20])), attribute(unknownAttributes, types)];
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + 4 * Math.ceil(value.length / 4));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** RFC 8489 §14.7, over the message up to the attribute, whose header already counts it in its length. */
function fingerprintOf(message: Buffer): number {
  return (crc32(message) ^ 0x5354554e) >>> 0;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param address as Node.js writes it, maybe with a zone */
function ipv6Bytes(address: string): Buffer {
  const [plain = ''] = address.split('%');
  const [before = '', after] = plain.split('::');
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0);
  const bytes = Buffer.alloc(16);
  [...head, ...zeros, ...tail].slice(0, 8).forEach((group, at) => bytes.writeUInt16BE(group & 0xffff, 2 * at));
  return bytes;
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
