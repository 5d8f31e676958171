/** Hexadecimal digits of a hash that a double holds exactly. */
const numDigits = 13;

/**
 * Whether content is held out where a share of it is to be, by its SHA-256 (hex) alone: the same in a dry run, when an
 * import goes on after a crash, and in every project, so that curves over the same data are comparable. A larger share
 * holds out what a smaller one does, and more.
 */
export function isDrawnForHoldout(contentHash: string, share: number): boolean {
  return Number.parseInt(contentHash.slice(0, numDigits), 16) < share * 16 ** numDigits;
}
