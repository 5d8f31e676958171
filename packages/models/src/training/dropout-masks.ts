import type { InputSpec, Random } from '@tangent/compute';
import { type Network, shapesOf, sizeOf } from '@tangent/networks';

/** Random factors of the dropout nodes, made anew for every step. */
export interface DropoutMasks {
  /** Inputs of the step. */
  readonly specs: Readonly<Record<string, InputSpec>>;
  draw(): Record<string, Float32Array>;
  /** The masks by node, among the inputs of the step. */
  among<T>(inputs: Readonly<Record<string, T>>): ReadonlyMap<string, T>;
}

/** Masks for batches of `batch` examples: each number is kept with probability 1 − rate, and then 1/(1 − rate). */
export function dropoutMasks(network: Network, batch: number, random: Random): DropoutMasks {
  const shapes = shapesOf(network);
  const nodes = network.nodes.flatMap(({ name, operation }) =>
    operation.type === 'dropout' && operation.rate > 0
      ? // A node may have the name of another input of the step.
        [{ name, input: `mask of ${name}`, rate: operation.rate, shape: [batch, ...shapes.get(name)!] }]
      : [],
  );
  return {
    specs: Object.fromEntries(nodes.map(({ input, shape }) => [input, { shape, dtype: 'float32' as const }])),
    draw: () =>
      Object.fromEntries(
        nodes.map(({ input, shape, rate }) => [input, dropoutMask(sizeOf(shape), rate, random)]),
      ),
    among: (inputs) => new Map(nodes.map(({ name, input }) => [name, inputs[input]!])),
  };
}

/** 0 with probability `rate`, else 1/(1 − rate), [length]. */
export const dropoutMask = (length: number, rate: number, random: Random): Float32Array =>
  Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
