import type { Direction } from './direction.ts';

/**
 * The same description, untouched but for the direction of every stream and its version.
 * @param later how much to add to the version
 */
export function redirected(sdp: string, direction: Direction, later: number): string {
  const [session = '', ...media] = sdp.split(/^(?=m=)/m).map(withoutDirection);
  const counted = session.replace(
    /^(o=\S+ \d+ )(\d+)/m,
    (_line, before: string, version: string) => `${before}${BigInt(version) + BigInt(later)}`,
  );
  return [counted, ...media.map((section) => `${section.trimEnd()}\r\na=${direction}\r\n`)].join('');
}

function withoutDirection(section: string): string {
  return section.replace(/^a=(sendrecv|sendonly|recvonly|inactive)\r?\n?/gm, '');
}
