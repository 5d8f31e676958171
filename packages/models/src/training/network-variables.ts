import {
  isTrained,
  type Network,
  networkTensors,
  parametersOf,
  tensorName,
  withParameters,
} from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';

/** The parameters of a network as variables, by `node.parameter`. To be disposed of. */
export interface NetworkVariables {
  readonly all: ReadonlyMap<string, tf.Variable>;
  readonly trained: readonly tf.Variable[];
  /** Moving averages of batch norms. */
  readonly statistics: readonly tf.Variable[];
  /** The network with the numbers of now, in arrays of its own. */
  read(): Network;
  dispose(): void;
}

export function networkVariables(network: Network): NetworkVariables {
  const all = new Map<string, tf.Variable>();
  for (const [name, tensor] of networkTensors(network)) {
    all.set(name, tf.variable(tensor));
    tensor.dispose();
  }
  const trained: tf.Variable[] = [];
  const statistics: tf.Variable[] = [];
  for (const { name, operation } of network.nodes)
    for (const parameter of Object.keys(parametersOf(operation)))
      (isTrained(parameter) ? trained : statistics).push(all.get(tensorName(name, parameter))!);
  return {
    all,
    trained,
    statistics,
    read: () =>
      withParameters(
        network,
        new Map([...all].map(([name, variable]) => [name, variable.dataSync().slice() as Float32Array])),
      ),
    dispose: () => tf.dispose([...all.values()]),
  };
}
