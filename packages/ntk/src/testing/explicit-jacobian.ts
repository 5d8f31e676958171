import '@tangent/compute/gradients';
import { chooseEngine } from '@tangent/compute';
import {
  forward,
  isTrained,
  type Network,
  type NetworkTensors,
  networkTensors,
  numOutputsOf,
  parametersOf,
  tensorName,
} from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The obvious reference: ∂f_j/∂θ by the parameters, one example and one output at a time, on tfjs's cpu engine whichever is
 * chosen: [n][k][trained layer] → its parameters' gradient.
 */
export async function explicitJacobians(network: Network, x: Float32Array, n: number): Promise<Jacobian[]> {
  const engine = tf.getBackend();
  await chooseEngine({ engine: 'cpu' });
  try {
    const width = x.length / n;
    return Array.from({ length: n }, (_, i) => jacobianOf(network, x.subarray(i * width, (i + 1) * width)));
  } finally {
    await tf.setBackend(engine);
  }
}

export interface Jacobian {
  readonly outputs: number[];
  readonly gradients: number[][][];
}

function jacobianOf(network: Network, x: Float32Array): Jacobian {
  const tensors = networkTensors(network);
  const layers = network.nodes
    .map(({ name, operation }) =>
      Object.keys(parametersOf(operation))
        .filter(isTrained)
        .map((parameter) => tensorName(name, parameter)),
    )
    .filter((names) => names.length > 0);
  const names = layers.flat();
  const outputs = (parameters: NetworkTensors) => {
    const { same, spread } = undilated(network, parameters);
    return forward(same, spread, tf.tensor(x, [1, ...network.inputShape])).get(network.nodes.at(-1)!.name)!;
  };
  try {
    const gradients = Array.from({ length: numOutputsOf(network) }, (_, j) => {
      const f = (...trained: tf.Tensor[]) => {
        const parameters = new Map([...tensors, ...names.map((name, p) => [name, trained[p]!] as const)]);
        return tf.reshape(tf.slice(outputs(parameters), [0, j], [1, 1]), []);
      };
      const found = tf.tidy(() => tf.grads(f)(names.map((name) => tensors.get(name)!)));
      const values = new Map(names.map((name, p) => [name, [...found[p]!.dataSync()]]));
      tf.dispose(found);
      return layers.map((own) => own.flatMap((name) => values.get(name)!));
    });
    return { outputs: [...tf.tidy(() => outputs(tensors)).dataSync()], gradients };
  } finally {
    tf.dispose([...tensors.values()]);
  }
}

/** tfjs cannot differentiate dilated convolutions; zeros are put between the weights, by operations that it can. */
function undilated(network: Network, parameters: NetworkTensors): { same: Network; spread: NetworkTensors } {
  const spread = new Map(parameters);
  const nodes = network.nodes.map((node) => {
    const { operation } = node;
    if (operation.type !== 'conv2d' && operation.type !== 'depthwise-conv2d') return node;
    const name = tensorName(node.name, 'kernel');
    const kernel = parameters.get(name)!;
    const [rows, columns, ...rest] = kernel.shape as [number, number, number, number];
    const [dilatedRows, dilatedColumns] = operation.dilations;
    const size = rest[0] * rest[1];
    const apart = tf.pad(tf.reshape(kernel, [rows, 1, columns, 1, size]), [
      [0, 0],
      [0, dilatedRows - 1],
      [0, 0],
      [0, dilatedColumns - 1],
      [0, 0],
    ]);
    const whole = tf.reshape(apart, [rows * dilatedRows, columns * dilatedColumns, ...rest]);
    const [height, width] = [(rows - 1) * dilatedRows + 1, (columns - 1) * dilatedColumns + 1];
    spread.set(name, tf.slice(whole, [0, 0, 0, 0], [height, width, ...rest]));
    return { ...node, operation: { ...operation, dilations: [1, 1] as const } };
  });
  return { same: { ...network, nodes }, spread };
}

/** ⟨g, g′⟩ of two gradient vectors. */
export const inner = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);
