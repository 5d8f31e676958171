import { argmaxRow } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/** Smallest probability of the likeliest class first: 1 − p₁. Source: Lewis & Gale 1994; Settles 2009, §3.1. */
export const leastConfidence: Strategy = {
  name: 'least-confidence',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: false,
  reason: { kind: 'belief', because: null },
  selection: 'top',
  assumesLabels: false,
  score: ({ probabilities, numClasses: k, ids }) =>
    Float64Array.from(ids, (_, i) => 1 - probabilities[i * k + argmaxRow(probabilities, i, k)]!),
};
