import { createHash, hash } from 'node:crypto';

/** SHA-256 of a text, normalised to NFC and trimmed: finds duplicates. */
export const textHash = (text: string) => hash('sha256', `text\n${text.normalize('NFC').trim()}`);

/** SHA-256 of a vector's float32 bytes. */
export const vectorHash = (vector: Float32Array) =>
  createHash('sha256')
    .update('vector\n')
    .update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
    .digest('hex');
