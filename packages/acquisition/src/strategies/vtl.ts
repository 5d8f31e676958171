import type { Strategy } from '../strategy.js';

/** Total-variance look-ahead: n/(q + λ), whatever the label turns out to be. Source: MATH §4, VTL / BAIT. */
export const vtl: Strategy = {
  name: 'vtl',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: true,
  reason: { kind: 'variance-share' },
  selection: 'greedy',
  assumesLabels: true,
  score: ({ posterior }) => posterior.varianceDrops(),
};
