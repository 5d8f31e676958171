import { marginsOfMeans } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/** Smallest gap between the two most likely classes first: 1 − (p₁ − p₂). Source: Scheffer et al. 2001. */
export const margin: Strategy = {
  name: 'margin',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: false,
  reason: { kind: 'belief', because: null },
  selection: 'top',
  assumesLabels: false,
  score: ({ posterior, numClasses }) => marginsOfMeans(posterior.mean, numClasses).map((gap) => 1 - gap),
};
