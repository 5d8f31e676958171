export * from './content-hash.js';
export * from './detect-format.js';
export * from './images.js';
export { type LabelStudioKept, splitKept } from './label-studio-kept.js';
export * from './read-network.js';
export * from './read-rows.js';
export * from './server-path.js';
export * from './source.js';
export { zipLimits } from './zip-archive.js';
