import type { StrategyName } from '@tangent/contracts';

/** What each strategy looks for, in a line. */
export const strategyTitles: Readonly<Record<StrategyName, string>> = {
  lookahead: 'Look-ahead: the item whose label would settle the pool most',
  mlmoc: 'Look-ahead MLMOC: the largest change of outputs under the likeliest label',
  emoc: 'Look-ahead EMOC: the largest change of outputs, whatever the label',
  eer: 'EER: the least uncertainty left in the pool',
  vtl: 'VTL: the largest drop in total variance',
  bait: 'BAIT: the largest drop in total variance as a set, pruned',
  'label-flips': 'Label flips: the most predictions that would change',
  'lookahead-infinite-ntk': 'Look-ahead on the kernel of infinitely wide networks',
  'lookahead-one-step': 'Look-ahead by one training step',
  'lookahead-retrain': 'Look-ahead by training again for every item (small pools)',
  random: 'Random: no order at all',
  entropy: 'Entropy: where the model is least sure',
  'least-confidence': 'Least confidence: where the best class is least likely',
  margin: 'Margin: where the two best classes are closest',
  badge: 'BADGE: large and diverse gradients',
  coreset: 'Core-set: far from everything labeled',
  bald: 'BALD: where variants of the model contradict each other',
  lcmd: 'LCMD: the largest group that no label covers',
  typiclust: 'TypiClust: typical of groups without labels, for the start',
};
