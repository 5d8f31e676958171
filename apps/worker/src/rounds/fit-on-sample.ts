import { createRandom } from '@tangent/compute';
import { loadContents, type RoundJobRecord } from '@tangent/database';
import { sizeOf } from '@tangent/networks';
import { type FeaturiserSettings, type Fitted, fitFeaturiser } from '../inputs/featuriser.js';
import { featuriserSettings } from './project-network.js';
import type { RoundContext } from './round-context.js';
import type { Snapshot } from './snapshot.js';

/** Pool items on which inputs are scaled and layers weighed: all of them up to this number. */
const sampleSize = 4096;
/** Numbers of that sample where its rows are long: of texts without components, and of images as a network asks for them; 256 MB. */
const sampleNumbers = 2 ** 26;

/**
 * The featuriser of a round, fitted on a sample of its pool, and the inputs of that sample. The sample is the same for every
 * round of a pool, so that a warm start finds the same inputs.
 */
export async function fitOnSample(
  context: RoundContext,
  round: RoundJobRecord,
  snapshot: Snapshot,
): Promise<Fitted & { readonly numSample: number }> {
  const settings = await featuriserSettings(context, round);
  const numSample = Math.min(sampleSize, Math.floor(sampleNumbers / rowLengthOf(settings)));
  const rows = createRandom('sample of the pool').sample(snapshot.itemIds.length, numSample);
  const sample = await loadContents(
    context.db,
    Array.from(rows, (i) => snapshot.itemIds[i]!),
  );
  return { ...(await fitFeaturiser(context, settings, sample)), numSample: rows.length };
}

/** Numbers of an input, where they may be many. */
function rowLengthOf({ type, text, imageSize, backbone, imported }: FeaturiserSettings): number {
  if (type === 'text') return text.components === null ? text.buckets : 1;
  if (type === 'vector' || backbone) return 1;
  return imported ? sizeOf(imported.inputShape) : 3 * (imageSize ?? 1) ** 2;
}
