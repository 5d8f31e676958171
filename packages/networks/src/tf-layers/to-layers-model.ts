import { assertNetwork } from '../assert-network.js';
import { inputName, type Network } from '../network.js';
import { shapesOf } from '../shapes.js';
import { writeLayer } from './write-layer.js';

/** A weight of the file: its place follows from the order. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32';
}

/** What tfjs-layers loads: `tf.loadLayersModel(tf.io.fromMemory(artifacts))`. */
export interface LayersModel {
  readonly format: 'layers-model';
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: object;
  readonly weightSpecs: WeightSpec[];
  /** Little-endian float32, one weight after the other. */
  readonly weightData: ArrayBuffer;
}

/**
 * The network as a Functional model that tfjs-layers 4.22 and Keras 2 load: one layer for every node, of the node's
 * name. Its outputs are logits, as the network's. `fromLayersModel` gives the same network back; a flatten of what
 * is flat already becomes a Reshape.
 * Throws UnsupportedNetworkError for a network that is not whole, or a node that no layer computes.
 */
export function toLayersModel(network: Network): LayersModel {
  assertNetwork(network);
  const shapes = shapesOf(network);
  const weightSpecs: WeightSpec[] = [];
  const arrays: Uint8Array[] = [];
  const layers = network.nodes.map(({ name, operation, inputs }) => {
    const { className, config, weights } = writeLayer(name, operation, shapes.get(inputs[0]!)!);
    for (const [weight, parameter] of weights) {
      if (!parameter) continue;
      const { shape, values } = parameter;
      weightSpecs.push({ name: `${name}/${weight}`, shape: [...shape], dtype: 'float32' });
      arrays.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return layerOf(name, className, config, [inputs.map((input) => [input, 0, 0, {}])]);
  });
  const input = layerOf(
    inputName,
    'InputLayer',
    { batch_input_shape: [null, ...network.inputShape], dtype: 'float32', sparse: false },
    [],
  );
  const config = {
    name: 'network',
    layers: [input, ...layers],
    input_layers: [[inputName, 0, 0]],
    output_layers: [[network.nodes.at(-1)!.name, 0, 0]],
  };
  return {
    format: 'layers-model',
    generatedBy: 'tangent',
    convertedBy: null,
    modelTopology: {
      class_name: 'Model',
      config,
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightSpecs,
    weightData: joined(arrays),
  };
}

const layerOf = (name: string, className: string, config: object, inboundNodes: unknown[]) => ({
  name,
  class_name: className,
  config: { ...config, name, trainable: true },
  inbound_nodes: inboundNodes,
});

function joined(arrays: readonly Uint8Array[]): ArrayBuffer {
  const bytes = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    bytes.set(array, at);
    at += array.length;
  }
  return bytes.buffer;
}
