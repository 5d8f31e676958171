import { createRandom } from '@tangent/compute';
import { loadContents, type RoundJobRecord } from '@tangent/database';
import { type Fitted, fitFeaturiser } from '../inputs/featuriser.js';
import { featuriserSettings } from './project-network.js';
import type { RoundContext } from './round-context.js';
import type { Snapshot } from './snapshot.js';

/** Pool items on which inputs are scaled and layers weighed: all of them up to this number. */
const sampleSize = 4096;
/** Numbers of that sample where texts become long rows; 256 MB. */
const sampleNumbers = 2 ** 26;

/** The featuriser of a round, fitted on a seeded sample of its pool, and the inputs of that sample. */
export async function fitOnSample(
  context: RoundContext,
  round: RoundJobRecord,
  snapshot: Snapshot,
): Promise<Fitted & { readonly numSample: number }> {
  const settings = await featuriserSettings(context, round);
  const rowLength = settings.type === 'text' ? settings.text.buckets : 1;
  const numSample = Math.min(sampleSize, Math.floor(sampleNumbers / rowLength));
  const rows = createRandom(round.seed).fork('sample').sample(snapshot.itemIds.length, numSample);
  const sample = await loadContents(
    context.db,
    Array.from(rows, (i) => snapshot.itemIds[i]!),
  );
  return { ...(await fitFeaturiser(context, settings, sample)), numSample: rows.length };
}
