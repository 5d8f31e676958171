/** Without what looks alike: 0 O, 1 l I. */
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const length = 16;

/** A password for somebody else, to be changed by them: 16 of 57 letters, 93 bits. */
export function newPassword(): string {
  // Bytes beyond the last whole multiple would make the first letters likelier.
  const bound = 256 - (256 % letters.length);
  let made = '';
  while (made.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < bound && made.length < length) made += letters[byte % letters.length];
  }
  return made;
}
