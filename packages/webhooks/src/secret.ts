import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// A signing secret must be readable to sign, so it cannot be hashed like an API token. Whoever reads the database
// alone must not be able to forge messages: it is stored encrypted under the server's key, which is not in there.

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** 256 random bits as Standard Webhooks writes them: `whsec_` and base64. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** base64url of nonce (12 bytes), tag (16) and ciphertext. Bound to the webhook: it opens for no other. */
export function sealWebhookSecret(serverKey: Uint8Array, webhookId: string, secret: string): string {
  const nonce = randomBytes(nonceBytes);
  const encrypting = createCipheriv(cipher, serverKey, nonce).setAAD(Buffer.from(webhookId));
  const sealed = Buffer.concat([encrypting.update(secret, 'utf8'), encrypting.final()]);
  return Buffer.concat([nonce, encrypting.getAuthTag(), sealed]).toString('base64url');
}

/**
 * The secrets to sign with, the present one first. One before it that does not open is left out: it was sealed under a
 * key that is lost, and the present one signs for itself. Throws an Error when the present one does not open.
 */
export function openWebhookSecrets(
  serverKey: Uint8Array,
  webhookId: string,
  [present, ...previous]: readonly [string, ...string[]],
): string[] {
  const openOrNone = (sealed: string): string[] => {
    try {
      return [openWebhookSecret(serverKey, webhookId, sealed)];
    } catch {
      return [];
    }
  };
  return [openWebhookSecret(serverKey, webhookId, present), ...previous.flatMap(openOrNone)];
}

/** Throws an Error when the server's key is another one than it was sealed with, or it was changed. */
export function openWebhookSecret(serverKey: Uint8Array, webhookId: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decrypting = createDecipheriv(cipher, serverKey, bytes.subarray(0, nonceBytes));
  decrypting.setAAD(Buffer.from(webhookId)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const open = decrypting.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([open, decrypting.final()]).toString('utf8');
  } catch (cause) {
    throw new Error(
      `The secret of ${webhookId} does not open with this server's key. Give back the secret.key, or TANGENT_SECRET_KEY, that it was made with, or rotate the secret.`,
      { cause },
    );
  }
}
