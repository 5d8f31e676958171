import { type IdKind, idPrefixes } from '@tangent/contracts';

/** Crockford's base 32 in lower case: no i, l, o, u, and its order is that of the bytes. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Bytes of randomness in an id. */
export const idRandomBytes = 10;

/**
 * An opaque id such as `itm_01jd…`: the prefix of its kind, 10 digits of time (48 bits of milliseconds) and
 * 16 digits of `random` (80 bits). Ids of one kind sort by time of creation.
 */
export function newId(kind: IdKind, nowMs: number, random: Uint8Array): string {
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48)
    throw new RangeError(`nowMs must be a whole number of milliseconds below 2^48, not ${nowMs}`);
  if (random.length !== idRandomBytes)
    throw new RangeError(`an id takes ${idRandomBytes} random bytes, not ${random.length}`);
  return `${idPrefixes[kind]}_${timeDigits(nowMs)}${fiveBytes(random, 0)}${fiveBytes(random, 5)}`;
}

function timeDigits(nowMs: number): string {
  let rest = nowMs;
  let text = '';
  for (let i = 0; i < 10; i++) {
    text = digits[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** 40 bits are 8 digits. */
function fiveBytes(bytes: Uint8Array, from: number): string {
  let rest = 0;
  for (let i = 0; i < 5; i++) rest = rest * 256 + bytes[from + i]!;
  let text = '';
  for (let i = 0; i < 8; i++) {
    text = digits[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** The next number after big-endian `bytes`, in place; all 255 wraps to zero. */
export function incrementInPlace(bytes: Uint8Array): void {
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = (bytes[i]! + 1) & 255;
    if (bytes[i] !== 0) return;
  }
}
