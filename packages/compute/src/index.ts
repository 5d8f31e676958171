export * from './are-finite.js';
export {
  type Cholesky,
  cholesky,
  choleskyLogDeterminant,
  denseFactor,
  NotPositiveDefiniteError,
} from './cholesky.js';
export * from './cholesky-solve.js';
export * from './cholesky-update.js';
export * from './compute-thread.js';
export * from './eigenvalues.js';
export * from './engine.js';
export { gemm } from './gemm.js';
export * from './gram-accumulator.js';
export * from './matmul64.js';
export * from './onnx-model.js';
export * from './random.js';
export * from './residuals.js';
export * from './scratch.js';
export * from './serve-compute-thread.js';
export * from './smooth-targets.js';
export * from './softmax.js';
export * from './training-step.js';
