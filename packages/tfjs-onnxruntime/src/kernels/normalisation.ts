import { add, multiply, subtract, unary } from '../ops/elementwise.js';
import { kernel } from './define.js';

export function registerNormalisation(): void {
  // (x − mean)/√(variance + ε) · scale + offset, as one product and one sum over x.
  kernel<{ varianceEpsilon: number }>('FusedBatchNorm', ({ g, value, optional, attrs }) => {
    const epsilon = g.scalar(attrs.varianceEpsilon ?? 0.001);
    const rate = unary(g, 'Reciprocal', unary(g, 'Sqrt', add(g, value('variance'), epsilon)));
    const scale = optional('scale');
    const factor = scale ? multiply(g, rate, scale) : rate;
    const shift = multiply(g, value('mean'), factor);
    const offset = optional('offset');
    const x = multiply(g, value('x'), factor);
    return offset ? add(g, x, subtract(g, offset, shift)) : subtract(g, x, shift);
  });
}
