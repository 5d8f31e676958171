import type { Strategy } from '../strategy.js';

/** Uniformly random, each item's number drawn from its id and the seed. The control that others are measured against. */
export const random: Strategy = {
  name: 'random',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: false,
  reason: { kind: 'sentence', text: 'Drawn at random.' },
  selection: 'top',
  assumesLabels: false,
  score: ({ ids, random: seeded }) => Float64Array.from(ids, (id) => seeded.fork(id).uniform()),
};
