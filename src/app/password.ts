/** So many bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

/** Thirty-two characters, five bits each, without those that are taken for one another: 0 and O, 1, I and l. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789A';

/** Twenty characters in groups of five, to be typed into a phone: 100 bits. */
export function generatePassword(random: RandomBytes): string {
  const characters = Array.from(random(20), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return (characters.match(/.{5}/g) ?? []).join('-');
}
