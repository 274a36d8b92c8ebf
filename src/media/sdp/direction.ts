/** Seen from whoever wrote the description (RFC 3264 §5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** The same stream seen from the other end: the answer that leaves the most open (RFC 3264 §6.1). */
export function mirrored(direction: Direction): Direction {
  switch (direction) {
    case 'sendonly':
      return 'recvonly';
    case 'recvonly':
      return 'sendonly';
    case 'sendrecv':
    case 'inactive':
      return direction;
  }
}

/** The direction of one who gave no address to send to: the hold of RFC 2543, still met (RFC 3264 §8.4). */
export function deaf(direction: Direction): Direction {
  return sends(direction) ? 'sendonly' : 'inactive';
}
