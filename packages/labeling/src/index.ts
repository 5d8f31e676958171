export * from './budget.js';
export * from './ids.js';
export * from './label-resolution.js';
export * from './lease-policy.js';
export * from './roles.js';
export * from './round-states.js';
export * from './shard-plan.js';
export * from './wilson.js';
