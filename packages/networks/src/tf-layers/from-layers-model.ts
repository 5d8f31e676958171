import { assertNetwork } from '../assert-network.js';
import { inputName, type Network, type NetworkNode, UnsupportedNetworkError } from '../network.js';
import { outputShapeOf } from '../shapes.js';
import type { Shape } from '../spatial-shapes.js';
import { fieldOf, refuse, type SavedLayer } from './layer-config.js';
import { readLayer } from './read-layer.js';
import { readTopology } from './topology.js';
import { readWeights, takeWeight, type WeightData, type Weights } from './weights.js';

/** What a model of tfjs-layers is saved as; nothing of it is trusted. */
export interface LayersModelArtifacts {
  readonly modelTopology: unknown;
  readonly weightSpecs: unknown;
  /** In one piece or in several, in the order of `weightSpecs`. */
  readonly weightData: WeightData;
}

export interface ImportedNetwork {
  readonly network: Network;
  /** What was read in another way than it stands in the file, for people. */
  readonly notes: readonly string[];
}

/**
 * The network of a Sequential or Functional model that tfjs-layers 4.22 saved, or Keras through the converter of
 * TensorFlow.js into the layers format. A softmax at the end is taken off (the outputs are logits), dropout stays as
 * a node that is off. An activation in a layer becomes a node of its own, `LAYER_relu`.
 * Throws UnsupportedNetworkError, which names the layer and what to do, and for over `maxParameters` numbers.
 */
export function fromLayersModel(
  artifacts: LayersModelArtifacts,
  { maxParameters = 50_000_000 }: { readonly maxParameters?: number } = {},
): ImportedNetwork {
  const { inputShape, inputLayer, layers } = readTopology(artifacts.modelTopology);
  const weights = readWeights(artifacts.weightSpecs, artifacts.weightData, maxParameters);
  const nodes: NetworkNode[] = [];
  const notes: string[] = [];
  const shapes = new Map<string, Shape>([[inputName, inputShape]]);
  /** The node that gives a layer's output. */
  const outputs = new Map<string, string>([[inputLayer, inputName]]);
  const taken = new Set(layers.map(({ name }) => name));
  for (const layer of layers) {
    const inputs = layer.inputs.map((name) => outputs.get(name)!);
    if (inputs.length === 0) refuse(layer, 'it has no inputs; take it away');
    const read = readLayer({
      layer,
      inputs: inputs.map((name) => shapes.get(name)!),
      weights: (name, ...shape) => takeWeight(weights, layer.name, name, shape),
    });
    if (read.steps.length === 0 && inputs.length !== 1)
      refuse(layer, `it takes one input, not ${inputs.length}`);
    if (read.hasSoftmax && !layer.isOutput)
      refuse(layer, 'a softmax is supported at the very end only; use another activation');
    if (read.hasSoftmax)
      notes.push(`layer ${layer.name}: its softmax is taken off, the network’s outputs are logits`);
    if (read.note) notes.push(read.note);
    notes.push(...trainingNotes(layer));
    let reads = inputs;
    for (const [ending, operation] of read.steps) {
      const name = ending === '' ? layer.name : freeName(`${layer.name}${ending}`, taken);
      const node: NetworkNode = { name, operation, inputs: reads };
      const shape = outputShapeOf(
        node,
        reads.map((input) => shapes.get(input)!),
      );
      shapes.set(name, shape);
      nodes.push(node);
      reads = [name];
    }
    outputs.set(layer.name, reads[0]!);
  }
  assertAllTaken(weights);
  const network: Network = { inputShape, nodes };
  assertNetwork(network);
  return { network, notes };
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name += '_';
  taken.add(name);
  return name;
}

/** How the model was trained is not part of a network. */
function trainingNotes(layer: SavedLayer): string[] {
  const notes: string[] = [];
  if (fieldOf(layer.config, 'trainable') === false)
    notes.push(`layer ${layer.name} was frozen; here it is trained like the others`);
  const lost = Object.keys(layer.config).filter(
    (field) => /_(regularizer|constraint)$/.test(field) && fieldOf(layer.config, field) !== undefined,
  );
  if (lost.length > 0) notes.push(`layer ${layer.name}: ${lost.join(', ')} are not kept`);
  return notes;
}

function assertAllTaken(weights: Weights): void {
  for (const name of weights.keys())
    throw new UnsupportedNetworkError(`the weights ${name} belong to no layer; save the model anew`);
}
