import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

// An answer that holds a secret (a new API token) is kept for repetitions of its request, but not so that whoever
// reads the database could read it: it is encrypted under the credential of the caller, of which only a hash is stored.

const cipher = 'aes-256-gcm';
const keyOf = (credential: string, salt: Buffer) =>
  Buffer.from(hkdfSync('sha256', credential, salt, 'tangent kept answer', 32));

/** base64url of salt (16 bytes, the nonce from it), tag (16) and ciphertext. */
export function seal(credential: string, plain: string): string {
  const salt = randomBytes(16);
  const encrypting = createCipheriv(cipher, keyOf(credential, salt), salt.subarray(0, 12));
  const sealed = Buffer.concat([encrypting.update(plain, 'utf8'), encrypting.final()]);
  return Buffer.concat([salt, encrypting.getAuthTag(), sealed]).toString('base64url');
}

/** Null: it was sealed under another credential. */
export function unseal(credential: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  const salt = bytes.subarray(0, 16);
  const decrypting = createDecipheriv(cipher, keyOf(credential, salt), salt.subarray(0, 12));
  decrypting.setAuthTag(bytes.subarray(16, 32));
  try {
    return Buffer.concat([decrypting.update(bytes.subarray(32)), decrypting.final()]).toString('utf8');
  } catch {
    return null; // the tag does not fit: another key
  }
}
