import type { Need, Strategy } from '@tangent/acquisition';
import type { KernelConfig } from '@tangent/contracts';
import type { Network } from '@tangent/networks';
import { factorBytes, type Head } from '@tangent/ntk';

/** How the features of a round's pool are computed: decided once, with the trained network, and kept with the model. */
export interface FeaturePlan {
  /** What the posterior's kernel is made of. */
  readonly kernel: 'exact' | 'sketch' | 'infinite-width';
  /** Beside the kernel. */
  readonly hasDraws: boolean;
  readonly hasInputs: boolean;
}

/** Pools up to this many items, and exact features up to so many bytes, keep the exact kernel when `features` is `auto`. */
const exactUpTo = { numItems: 10_000, bytes: 512 * 2 ** 20 };
/** More than this is not held by a worker. */
const mostBytes = 6 * 2 ** 30;

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

/** Throws KernelTooLargeError when exact features were asked for that a worker cannot hold. */
export function planFeatures(input: {
  readonly network: Network;
  readonly strategy: Strategy;
  readonly kernel: KernelConfig;
  readonly numItems: number;
  readonly seed: number;
}): FeaturePlan {
  const { network, strategy, kernel, numItems, seed } = input;
  const needs = (need: Need) => strategy.needs.includes(need);
  const isInfinite = strategy.kernel === 'infinite-width';
  const hasDraws = needs('draws');
  const hasInputs = isInfinite || needs('retrain');
  if (isInfinite) return { kernel: 'infinite-width', hasDraws, hasInputs };
  const bytes = numItems * factorBytes(network, headOf(kernel, seed));
  if (kernel.features === 'exact' && bytes > mostBytes)
    throw new KernelTooLargeError(
      `the exact gradients of ${numItems} items are ${(bytes / 2 ** 30).toFixed(1)} GiB, of which a worker holds ${mostBytes / 2 ** 30}; ask for kernel.features “sketch”, or “auto”`,
    );
  const isExact =
    kernel.features === 'exact' ||
    (kernel.features === 'auto' && numItems <= exactUpTo.numItems && bytes <= exactUpTo.bytes);
  return { kernel: isExact ? 'exact' : 'sketch', hasDraws, hasInputs };
}
