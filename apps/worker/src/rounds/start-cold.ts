import { strategyNamed } from '@tangent/acquisition';
import { completeColdStart, type RoundJobRecord } from '@tangent/database';
import type { LayerWeights } from '@tangent/ntk';
import type { FeaturePlan } from '../compute/feature-plan.js';
import { inputShapeOf } from '../inputs/featuriser.js';
import { fitOnSample } from './fit-on-sample.js';
import { importedNetwork } from './project-network.js';
import type { RoundContext } from './round-context.js';
import { labeledOf, type Snapshot, unlabeledOf } from './snapshot.js';

const layers: LayerWeights = { names: [], shares: [], weights: [] };
const plan: FeaturePlan = { kernel: 'none', hasDraws: false, hasInputs: false };

/**
 * The training phase of a cold start, where labels are of fewer than two classes: nothing is trained, and nothing will be
 * predicted. Keeps the network that a training would start from, whose embeddings the strategy may ask for.
 */
export async function startCold(
  context: RoundContext,
  round: RoundJobRecord,
  { attempt, snapshot }: { readonly attempt: number; readonly snapshot: Snapshot },
): Promise<void> {
  const { db, blobs, compute, signal } = context;
  const from = performance.now();
  const { featuriser } = await fitOnSample(context, round, snapshot);
  const checkpoint = await compute.call(
    'untrainedNetwork',
    {
      model: round.config.model,
      inputShape: inputShapeOf(featuriser),
      numClasses: snapshot.classKeys.length,
      seed: round.seed,
      base: await importedNetwork(context, round),
    },
    { signal },
  );
  const { key: checkpointKey } = await blobs.put(checkpoint);
  await completeColdStart(db, {
    roundId: round.id,
    attempt,
    network: { checkpointKey, featuriser, metrics: { layers, plan } },
    timings: { 'training.load': performance.now() - from },
    metrics: {
      engine: context.engine,
      strategyVersion: strategyNamed(round.config.strategy).version,
      isColdStart: true,
      numLabeled: labeledOf(snapshot).length,
      numCandidates: unlabeledOf(snapshot).length,
      numPool: snapshot.itemIds.length,
    },
  });
}
