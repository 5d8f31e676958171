import { registerBinary } from './binary.js';
import { registerComplex } from './complex.js';
import { registerConvolutions } from './convolution.js';
import { registerFallbacks } from './fallback.js';
import { registerFill } from './fill.js';
import { registerIndexing } from './indexing.js';
import { registerMatmul } from './matmul.js';
import { registerNormalisation } from './normalisation.js';
import { registerPooling } from './pooling.js';
import { registerReductions } from './reductions.js';
import { registerShapes } from './shapes.js';
import { registerUnary } from './unary.js';

/** Registers all kernels of the backend, the cpu fallbacks last. */
export function registerKernels(): void {
  registerUnary();
  registerBinary();
  registerReductions();
  registerMatmul();
  registerConvolutions();
  registerPooling();
  registerNormalisation();
  registerShapes();
  registerIndexing();
  registerFill();
  registerComplex();
  registerFallbacks();
}
