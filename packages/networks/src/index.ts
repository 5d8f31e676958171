export * from './activations.js';
export * from './forward.js';
export * from './network.js';
