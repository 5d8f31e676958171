import { plural } from '@/lib/format';
import type { Effect } from './core/labeling-state';

/** What an answer changed, as far as it is known: predictions, and the queue of the one who answered. */
export function effectWords({
  numFlips,
  numNewAhead,
}: Pick<Effect, 'numFlips' | 'numNewAhead'>): readonly string[] {
  return [
    ...(numFlips === null
      ? []
      : [numFlips === 0 ? 'no prediction flipped' : `${plural(numFlips, 'prediction')} flipped`]),
    ...(numNewAhead === null
      ? []
      : [numNewAhead === 0 ? 'the next ten stay' : `${numNewAhead} of the next ten are new`]),
  ];
}
