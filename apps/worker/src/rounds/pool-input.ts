import type { RoundJobRecord } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';
import type { CalibrationReport } from '../compute/calibrate-round.js';
import type { PoolInput } from '../compute/whole-pool.js';
import { loadSnapshot } from './pool-snapshot.js';
import { scoringOf } from './score-shard.js';
import type { Snapshot } from './snapshot.js';
import { decodeStatistics } from './statistics.js';

/** All blobs of a round whose features are computed: what selection and the live model start from. */
export async function loadPool(
  blobs: BlobStore,
  round: RoundJobRecord,
): Promise<{ readonly snapshot: Snapshot; readonly input: PoolInput }> {
  const snapshot = await loadSnapshot(blobs, round.snapshotKey!);
  const { evaluation, relevance, weights } = decodeStatistics(await blobs.get(round.statisticsKey!));
  const features = await Promise.all(round.shards.map(({ featuresKey }) => blobs.get(featuresKey!)));
  return {
    snapshot,
    input: {
      ...(await scoringOf(blobs, round)),
      features,
      weights,
      evaluation,
      relevance,
      classes: Int32Array.from(snapshot.classes),
      temperature: calibrationOf(round)?.temperature ?? null,
    },
  };
}

const calibrationOf = (round: RoundJobRecord) =>
  (round.model!.metrics.calibration ?? null) as CalibrationReport | null;
