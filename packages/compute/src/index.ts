export * from './cholesky.js';
export * from './compute-thread.js';
export * from './engine.js';
export * from './random.js';
