/** So many bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

/** Without what is taken for something else: 0 and o, 1, i and l; and without capitals, which get lost when read aloud. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Bytes from here on would make the first characters of the alphabet more likely than the others. */
const fair = 256 - (256 % alphabet.length);

/** Twenty characters in groups of five, to be typed into a phone: 99 bits. */
export function generatePassword(random: RandomBytes): string {
  // Three times what is needed, because one byte in thirty-two is thrown away.
  const bytes = Array.from(random(60)).filter((byte) => byte < fair);
  const characters = bytes.slice(0, 20).map((byte) => alphabet.charAt(byte % alphabet.length));
  return (characters.join('').match(/.{5}/g) ?? []).join('-');
}
