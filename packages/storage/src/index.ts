export * from './blob-store.js';
export * from './blobs-backend.js';
export * from './folder-store.js';
export { BlobTooLargeError } from './incoming.js';
export type { S3Options, S3Store } from './s3-store.js';
