export * from './blob-store.js';
export * from './folder-store.js';
