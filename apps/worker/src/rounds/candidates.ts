import { createRandom } from '@tangent/compute';
import type { RoundJobRecord } from '@tangent/database';
import { type Snapshot, unlabeledOf } from './snapshot.js';

/** Pool indices that the round may pick, ascending: the unlabeled ones, or so many of them drawn by the seed. */
export function candidatesOf(round: RoundJobRecord, snapshot: Snapshot): Int32Array {
  const unlabeled = unlabeledOf(snapshot);
  const { candidatesSize } = round.config;
  if (candidatesSize === null || candidatesSize >= unlabeled.length) return unlabeled;
  return createRandom(round.seed)
    .fork('candidates')
    .sample(unlabeled.length, candidatesSize)
    .map((i) => unlabeled[i]!);
}
