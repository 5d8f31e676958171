import type { ComputeContext } from '@tangent/compute';
import { fitLatentSemantics, type LatentSemantics, type SparseRows } from '@tangent/models';

export interface FitTextsInput {
  /** Hashed n-grams of a sample of the pool. */
  readonly rows: SparseRows;
  readonly numComponents: number;
}

/** The leading directions of the sample. */
export function fitTexts({ rows, numComponents }: FitTextsInput, context: ComputeContext): LatentSemantics {
  const latent = fitLatentSemantics(rows, numComponents);
  context.transfer(latent.components);
  return latent;
}
