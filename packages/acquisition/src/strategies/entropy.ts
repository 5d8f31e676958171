import { entropiesOf } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/** Largest entropy of the predicted classes first, in nats. Source: Settles 2009, §3.1. */
export const entropy: Strategy = {
  name: 'entropy',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: false,
  reason: { kind: 'belief', because: null },
  selection: 'top',
  assumesLabels: false,
  score: ({ probabilities, numClasses }) => entropiesOf(probabilities, numClasses),
};
