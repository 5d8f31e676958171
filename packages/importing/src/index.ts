export * from './content-hash.js';
export * from './detect-format.js';
export * from './draw-holdout.js';
export * from './images.js';
export * from './read-network.js';
export * from './read-rows.js';
export * from './server-path.js';
export * from './source.js';
export { zipLimits } from './zip-archive.js';
