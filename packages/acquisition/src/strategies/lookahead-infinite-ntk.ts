import type { Strategy } from '../strategy.js';
import { lookahead } from './lookahead.js';

/**
 * The score of `lookahead` on the kernel of infinitely wide networks, which knows the architecture but nothing of what
 * the network has learned: what is lost without the empirical kernel. The caller builds the posterior on that kernel.
 * Source: Mohamadi, Bae, Sutherland, NeurIPS 2022 (a baseline there); Jacot et al. 2018.
 */
export const lookaheadInfiniteNtk: Strategy = {
  ...lookahead,
  name: 'lookahead-infinite-ntk',
  version: 1,
  kernel: 'infinite-width',
};
