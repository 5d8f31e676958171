import type { InputSpec, Random } from '@tangent/compute';
import { type Network, shapesOf } from '@tangent/networks';

/** Random factors of the dropout nodes, made anew for every step. */
export interface DropoutMasks {
  /** Inputs of the step, by node. */
  readonly specs: Readonly<Record<string, InputSpec>>;
  draw(): Record<string, Float32Array>;
}

/** Masks for batches of `batch` examples: each number is kept with probability 1 − rate, and then 1/(1 − rate). */
export function dropoutMasks(network: Network, batch: number, random: Random): DropoutMasks {
  const nodes = network.nodes.flatMap(({ name, operation }) =>
    operation.type === 'dropout' && operation.rate > 0 ? [{ name, rate: operation.rate }] : [],
  );
  const shapes = shapesOf(network);
  const specs = Object.fromEntries(
    nodes.map(({ name }) => [name, { shape: [batch, ...shapes.get(name)!], dtype: 'float32' as const }]),
  );
  return {
    specs,
    draw: () =>
      Object.fromEntries(
        nodes.map(({ name, rate }) => [
          name,
          dropoutMask(
            specs[name]!.shape.reduce((size, extent) => size * extent, 1),
            rate,
            random,
          ),
        ]),
      ),
  };
}

/** 0 with probability `rate`, else 1/(1 − rate), [length]. */
export const dropoutMask = (length: number, rate: number, random: Random): Float32Array =>
  Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
