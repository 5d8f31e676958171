export * from './accuracy.js';
export * from './checkpoint.js';
export * from './hashed-ngrams.js';
export * from './mlp.js';
export * from './predict-mlp.js';
export * from './standardise.js';
export * from './train-mlp.js';
