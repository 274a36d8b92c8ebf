/** UDP ports, both ends included. RTP takes the even one of a pair, RTCP the odd one above it (RFC 3550 §11). */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The even ports of the range's whole pairs, in order. */
export function pairsOf(range: PortRange): readonly number[] {
  const pairs: number[] = [];
  for (let port = range.from + (range.from % 2); port + 1 <= range.to; port += 2) pairs.push(port);
  return pairs;
}

/** Cuts the range into so many parts, equal but for a pair; a part may be empty. */
export function split(range: PortRange, parts: number): readonly PortRange[] {
  const first = range.from + (range.from % 2);
  const pairs = pairsOf(range).length;
  return Array.from({ length: parts }, (_, part) => ({
    from: first + 2 * Math.floor((pairs * part) / parts),
    to: first + 2 * Math.floor((pairs * (part + 1)) / parts) - 1,
  }));
}
