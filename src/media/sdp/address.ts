/** How an address is named in `c=` and `o=` lines (RFC 8866 §5.7). */
export type AddressFamily = 4 | 6;

/** The family of an IP address; undefined for a host name or anything else. */
export function addressFamily(address: string): AddressFamily | undefined {
  if (isDottedQuad(address)) return 4;
  return address.includes(':') && /^[0-9a-f:.]+$/i.test(address) ? 6 : undefined;
}

/** Whether it says *nowhere*: `0.0.0.0` or `::`. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isDottedQuad(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
