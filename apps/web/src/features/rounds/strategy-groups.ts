import type { StrategyName } from '@tangent/contracts';

export interface StrategyLine {
  readonly name: StrategyName;
  readonly title: string;
  /** What it looks for, and what it costs, in a line. */
  readonly line: string;
}

/** All strategies, by what they have in common. */
export const strategyGroups: readonly {
  readonly title: string;
  readonly strategies: readonly StrategyLine[];
}[] = [
  {
    title: 'Look ahead: what would the model become?',
    strategies: [
      {
        name: 'lookahead',
        title: 'Look-ahead',
        line: 'The item whose label would settle the pool most. The default.',
      },
      { name: 'mlmoc', title: 'MLMOC', line: 'The largest change of outputs under the likeliest label.' },
      {
        name: 'emoc',
        title: 'EMOC',
        line: 'The largest change of outputs, over all labels by their probability.',
      },
      { name: 'eer', title: 'EER', line: 'The least uncertainty left in the pool.' },
      { name: 'vtl', title: 'VTL', line: 'The largest drop in total variance, whatever the label.' },
      {
        name: 'bait',
        title: 'BAIT',
        line: 'The largest drop in total variance as a set, pruned afterwards.',
      },
      {
        name: 'label-flips',
        title: 'Label flips',
        line: 'The most predictions of the pool that would change.',
      },
      {
        name: 'lookahead-infinite-ntk',
        title: 'Infinite NTK',
        line: 'Look-ahead on the kernel of infinitely wide networks.',
      },
      {
        name: 'lookahead-one-step',
        title: 'One step',
        line: 'Look-ahead by one training step for every candidate. Slower.',
      },
      {
        name: 'lookahead-retrain',
        title: 'Retraining',
        line: 'Look-ahead by training anew for every candidate. Small pools only.',
      },
    ],
  },
  {
    title: 'Uncertain: where is the model least sure?',
    strategies: [
      { name: 'margin', title: 'Margin', line: 'Where the two best classes are closest.' },
      { name: 'entropy', title: 'Entropy', line: 'Where the probabilities are most even.' },
      { name: 'least-confidence', title: 'Least confidence', line: 'Where the best class is least likely.' },
      { name: 'bald', title: 'BALD', line: 'Where variants of the model contradict each other.' },
    ],
  },
  {
    title: 'Diverse: what is the batch as a whole?',
    strategies: [
      { name: 'badge', title: 'BADGE', line: 'Large gradients that point into many directions.' },
      { name: 'coreset', title: 'Core-set', line: 'Far from everything that has a label.' },
      { name: 'lcmd', title: 'LCMD', line: 'The largest group that no label covers.' },
    ],
  },
  {
    title: 'Without labels',
    strategies: [
      {
        name: 'typiclust',
        title: 'TypiClust',
        line: 'Typical items of every group. Needs no label: for the start.',
      },
      { name: 'random', title: 'Random', line: 'No order at all: what the others are measured against.' },
    ],
  },
];
