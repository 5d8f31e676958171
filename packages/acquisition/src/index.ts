export * from './cold-start.js';
export { orderByScore } from './order.js';
export * from './rank-live.js';
export * from './reason.js';
export * from './registry.js';
export * from './relevance.js';
export * from './select-batch.js';
export { typicalItems } from './strategies/typiclust.js';
export * from './strategy.js';
