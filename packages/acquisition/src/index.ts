export * from './rank-live.js';
export * from './reason.js';
export * from './registry.js';
export * from './select-batch.js';
export * from './strategy.js';
