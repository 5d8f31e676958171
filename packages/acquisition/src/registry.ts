import { badge } from './strategies/badge.js';
import { bait } from './strategies/bait.js';
import { bald } from './strategies/bald.js';
import { coreset } from './strategies/coreset.js';
import { eer } from './strategies/eer.js';
import { emoc } from './strategies/emoc.js';
import { entropy } from './strategies/entropy.js';
import { labelFlips } from './strategies/label-flips.js';
import { lcmd } from './strategies/lcmd.js';
import { leastConfidence } from './strategies/least-confidence.js';
import { lookahead } from './strategies/lookahead.js';
import { lookaheadInfiniteNtk } from './strategies/lookahead-infinite-ntk.js';
import { lookaheadOneStep } from './strategies/lookahead-one-step.js';
import { lookaheadRetrain } from './strategies/lookahead-retrain.js';
import { margin } from './strategies/margin.js';
import { mlmoc } from './strategies/mlmoc.js';
import { random } from './strategies/random.js';
import { typiclust } from './strategies/typiclust.js';
import { vtl } from './strategies/vtl.js';
import type { Strategy } from './strategy.js';

/** All strategies; the default first. */
export const strategies: readonly Strategy[] = [
  lookahead,
  mlmoc,
  emoc,
  eer,
  vtl,
  bait,
  labelFlips,
  lookaheadInfiniteNtk,
  lookaheadOneStep,
  lookaheadRetrain,
  random,
  entropy,
  leastConfidence,
  margin,
  badge,
  coreset,
  bald,
  lcmd,
  typiclust,
];

/** The strategy of a name. Throws RangeError that lists those that exist. */
export function strategyNamed(name: string): Strategy {
  const found = strategies.find((s) => s.name === name);
  if (!found)
    throw new RangeError(
      `there is no strategy “${name}”; choose one of ${strategies.map((s) => s.name).join(', ')}`,
    );
  return found;
}
