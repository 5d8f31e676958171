import type { Need, Strategy } from '@tangent/acquisition';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import { type Network, numOutputsOf } from '@tangent/networks';
import { factorBytes, type Head } from '@tangent/ntk';
import { ModelUnfitError } from './training.js';

/** How the features of a round's pool are computed: decided once, with the trained network, and kept with the model. */
export interface FeaturePlan {
  /** What the posterior's kernel is made of; of an untrained network there is none, and only embeddings are wanted. */
  readonly kernel: 'exact' | 'sketch' | 'infinite-width' | 'none';
  /** Beside the kernel. */
  readonly hasDraws: boolean;
  readonly hasInputs: boolean;
}

/** Pools up to this many items, and exact features up to so many bytes, keep the exact kernel when `features` is `auto`. */
const exactUpTo = { numItems: 10_000, bytes: 512 * 2 ** 20 };
/** More than this is not held by a worker. */
const mostBytes = 6 * 2 ** 30;
/** Candidates that `lookahead-retrain` trains for, at most. */
const mostRetrained = 2_000;

/** A kernel that does not fit; the message says which settings would. */
export class KernelTooLargeError extends Error {
  override readonly name = 'KernelTooLargeError';
  readonly code = 'kernel-too-large';
}

/** The head that a kernel type of the API stands for; the signs of `pntk-sign` come from the round's seed. */
export function headOf({ type, signDraws }: KernelConfig, seed: number): Head {
  switch (type) {
    case 'trace':
      return { type: 'trace' };
    case 'pntk-sum':
      return { type: 'sum' };
    case 'pntk-first':
      return { type: 'first' };
    case 'pntk-sign':
      return { type: 'sign', seed, draws: signDraws };
    case 'entk':
      return { type: 'outputs' };
    case 'last-layer':
      return { type: 'last-layer' };
  }
}

export interface PlanInput {
  readonly network: Network;
  readonly strategy: Strategy;
  readonly kernel: KernelConfig;
  readonly model: Pick<ModelConfig, 'kind'>;
  readonly numItems: number;
  readonly numCandidates: number;
  readonly numEvaluation: number;
  readonly numLabeled: number;
  /** Numbers of one input. */
  readonly numInputs: number;
  readonly seed: number;
}

/**
 * Decides before anything large is computed. Throws KernelTooLargeError for what a worker cannot hold, naming what would
 * fit, and ModelUnfitError for a kernel that knows no such network.
 */
export function planFeatures(input: PlanInput): FeaturePlan {
  const { network, strategy, kernel, numItems, numInputs, seed } = input;
  const needs = (need: Need) => strategy.needs.includes(need);
  if (needs('retrain')) assertFew(input);
  const isInfinite = strategy.kernel === 'infinite-width';
  const hasDraws = needs('draws');
  const hasInputs = isInfinite || needs('retrain');
  if (hasInputs)
    assertHeld(
      `the inputs of ${numItems} items`,
      4 * numItems * numInputs,
      'choose another strategy, fewer text.buckets, or a smaller pool',
    );
  if (isInfinite) {
    if (input.model.kind !== 'mlp' && input.model.kind !== 'linear')
      throw new ModelUnfitError(
        `the strategy ${strategy.name} knows the infinite width of perceptrons, and model.kind is “${input.model.kind}”; choose mlp or linear, or the strategy lookahead`,
      );
    assertCovariances(input, 1);
    return { kernel: 'infinite-width', hasDraws, hasInputs };
  }
  const bytes = numItems * factorBytes(network, headOf(kernel, seed));
  if (kernel.features === 'exact')
    assertHeld(
      `the exact gradients of ${numItems} items`,
      bytes,
      'ask for kernel.features “sketch”, or “auto”',
    );
  const isExact =
    kernel.features === 'exact' ||
    (kernel.features === 'auto' && numItems <= exactUpTo.numItems && bytes <= exactUpTo.bytes);
  const numRows = kernel.type === 'entk' ? numOutputsOf(network) : 1;
  if (!isExact)
    assertHeld(
      `the sketches of ${numItems} items`,
      4 * numItems * numRows * kernel.dimension,
      'ask for a smaller kernel.dimension, or for kernel.type “trace”',
    );
  if (numRows > 1 || isExact) assertCovariances(input, numRows);
  return { kernel: isExact ? 'exact' : 'sketch', hasDraws, hasInputs };
}

function assertHeld(what: string, bytes: number, wayOut: string): void {
  if (bytes > mostBytes)
    throw new KernelTooLargeError(
      `${what} are ${(bytes / 2 ** 30).toFixed(1)} GiB, of which a worker holds ${mostBytes / 2 ** 30}; ${wayOut}`,
    );
}

/** Covariances of all items with the evaluation and the labeled items, in float64. */
function assertCovariances({ numItems, numEvaluation, numLabeled }: PlanInput, numRows: number): void {
  assertHeld(
    `the covariances of ${numItems} items with ${numEvaluation} evaluation items and ${numLabeled} labels`,
    8 * numRows ** 2 * numItems * (numEvaluation + numLabeled),
    numRows > 1
      ? 'ask for kernel.type “trace”, or a smaller evaluation.size'
      : 'ask for a smaller evaluation.size, or for kernel.features “sketch”',
  );
}

/** Training for every candidate: minutes for hundreds, days for a large pool. */
function assertFew({ numCandidates, strategy }: PlanInput): void {
  if (numCandidates > mostRetrained)
    throw new KernelTooLargeError(
      `${strategy.name} trains the network for each of ${numCandidates} candidates, and ${mostRetrained} are the most; ask for candidates.size of ${mostRetrained} or fewer, or for the strategy lookahead`,
    );
}
