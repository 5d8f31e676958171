import { createRandom } from '@tangent/compute';

/**
 * Which scalar function of the outputs is differentiated (MATH §1).
 * `trace` is the mean over the k logits: (1/k) tr eNTK. `outputs` has the same kernel, but keeps the logits apart, as
 * `entkGram` needs them. `last-layer` keeps only the last layer of the trace.
 */
export type Head =
  | { readonly type: 'sum' }
  | { readonly type: 'first' }
  | { readonly type: 'sign'; readonly seed: number; readonly draws?: number }
  | { readonly type: 'trace' }
  | { readonly type: 'outputs' }
  | { readonly type: 'last-layer' };

/** A head that reaches the hidden layers. */
export type DeepHead = Exclude<Head, { type: 'last-layer' }>;

/**
 * The head vectors v of h = v·f, [numHeads, k]; their outer products sum to what the head stands for. The sum of their
 * squared norms is 1 for every head.
 */
export function headVectors(head: DeepHead, k: number): Float32Array {
  switch (head.type) {
    case 'sum':
      return new Float32Array(k).fill(1 / Math.sqrt(k));
    case 'first':
      return Float32Array.from({ length: k }, (_, j) => (j === 0 ? 1 : 0));
    case 'sign': {
      const draws = head.draws ?? 1;
      const random = createRandom(head.seed).fork('sign head');
      return Float32Array.from({ length: k * draws }, () => random.sign() / Math.sqrt(k * draws));
    }
    case 'trace':
    case 'outputs':
      return Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 / Math.sqrt(k) : 0));
  }
}
