export * from './activations.js';
export * from './assert-network.js';
export * from './checkpoint.js';
export * from './checkpoint-error.js';
export * from './forward.js';
export * from './network.js';
export * from './parameters.js';
export * from './shapes.js';
