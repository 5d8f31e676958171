// A network as plain data: what is trained, kept, differentiated and exported.

/** Row-major float32 numbers with their shape. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const activationNames = ['linear', 'relu', 'gelu', 'tanh', 'sigmoid', 'softplus'] as const;
export type ActivationName = (typeof activationNames)[number];

export type Padding = 'same' | 'valid';
type Pair = readonly [height: number, width: number];

/** What a node computes. Images are [height, width, channels]; all shapes without the batch. */
export type Operation =
  /** z = a W + b over the last axis; kernel [in, out], bias [out]. */
  | { readonly type: 'dense'; readonly kernel: Parameter; readonly bias: Parameter | null }
  /** kernel [kh, kw, in, out], bias [out]; groups = 1. */
  | {
      readonly type: 'conv2d';
      readonly kernel: Parameter;
      readonly bias: Parameter | null;
      readonly strides: Pair;
      readonly padding: Padding;
      readonly dilations: Pair;
    }
  /** kernel [kh, kw, in, multiplier], bias [in · multiplier]. A separable convolution is this and a 1×1 conv2d. */
  | {
      readonly type: 'depthwise-conv2d';
      readonly kernel: Parameter;
      readonly bias: Parameter | null;
      readonly strides: Pair;
      readonly padding: Padding;
      readonly dilations: Pair;
    }
  /** γ (a − mean)/√(variance + ε) + β over the last axis. Mean and variance are statistics, not trained by gradients. */
  | {
      readonly type: 'batch-norm';
      readonly gamma: Parameter | null;
      readonly beta: Parameter | null;
      readonly mean: Parameter;
      readonly variance: Parameter;
      readonly epsilon: number;
    }
  /** γ (a − μ)/√(σ² + ε) + β, μ and σ² of each example's last axis. */
  | {
      readonly type: 'layer-norm';
      readonly gamma: Parameter | null;
      readonly beta: Parameter | null;
      readonly epsilon: number;
    }
  /** Rows of the table [vocabulary, width] at integer inputs [tokens]: [tokens, width]. */
  | { readonly type: 'embedding'; readonly table: Parameter }
  | { readonly type: 'activation'; readonly name: ActivationName }
  /** Sum of all inputs, which have one shape. */
  | { readonly type: 'add' }
  /** Along the last axis. */
  | { readonly type: 'concat' }
  | {
      readonly type: 'pool';
      readonly method: 'max' | 'average';
      readonly size: Pair;
      readonly strides: Pair;
      readonly padding: Padding;
    }
  /** Over all axes but the last: [height, width, c] or [tokens, c] → [c]. */
  | { readonly type: 'global-pool'; readonly method: 'max' | 'average' }
  | { readonly type: 'flatten' }
  | { readonly type: 'reshape'; readonly shape: readonly number[] }
  /** Off unless asked for; `rate` of the inputs are dropped. */
  | { readonly type: 'dropout'; readonly rate: number };

export interface NetworkNode {
  readonly name: string;
  readonly operation: Operation;
  /** Names of earlier nodes, or `input`. */
  readonly inputs: readonly string[];
}

/** A directed graph without cycles; the last node is the output f(x) ∈ R^k and is a dense node, without activation. */
export interface Network {
  /** Shape of one example, e.g. [784], [28, 28, 1], or [tokens] of integers where an embedding reads it. */
  readonly inputShape: readonly number[];
  /** In an order in which every node comes after its inputs. */
  readonly nodes: readonly NetworkNode[];
}

export const inputName = 'input';

/** A network that the service cannot work with; the message names the layer and what to do. */
export class UnsupportedNetworkError extends Error {
  override readonly name = 'UnsupportedNetworkError';
  readonly code = 'unsupported-network';
}

/** The parameters of an operation by name; statistics of a batch norm included. */
export function parametersOf(operation: Operation): Readonly<Record<string, Parameter>> {
  const entries = Object.entries(operation).filter(
    (entry): entry is [string, Parameter] =>
      typeof entry[1] === 'object' && entry[1] !== null && Object.hasOwn(entry[1], 'values'),
  );
  return Object.fromEntries(entries);
}

const statistics: ReadonlySet<string> = new Set(['mean', 'variance']);
/** Whether gradients train a parameter of this name. */
export const isTrained = (parameterName: string): boolean => !statistics.has(parameterName);

/** k, the number of outputs. */
export function numOutputsOf(network: Network): number {
  const last = network.nodes.at(-1)?.operation;
  if (last?.type !== 'dense')
    throw new UnsupportedNetworkError(
      `the last layer ${network.nodes.at(-1)?.name ?? '(none)'} must be dense and without activation`,
    );
  return last.kernel.shape[1]!;
}
