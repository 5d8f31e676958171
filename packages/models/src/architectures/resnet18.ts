import { inputName, type Network } from '@tangent/networks';
import { GraphBuilder } from './build-graph.js';
import { addStages, type ResidualBlock } from './residual-stages.js';

export interface Resnet18Config {
  readonly kind: 'resnet18';
  /** Channels of the first stage, 64 in the paper; the others have 2, 4 and 8 times as many. */
  readonly width: number;
  readonly headScale?: number;
}

/** Images from this size on get the stem of ImageNet, which makes them four times smaller. */
const large = 96;

/**
 * ResNet-18 for images [height, width, channels], seeded: four stages of two post-activation blocks, batch norm, global
 * average. Small images get a 3×3 stem without pooling, as is usual for CIFAR. Source: He et al. 2016, table 1 and figure 5.
 */
export function resnet18(
  config: Omit<Resnet18Config, 'kind'>,
  inputShape: readonly number[],
  numClasses: number,
  seed: number,
): Network {
  const { width, headScale = 0.1 } = config;
  const graph = new GraphBuilder(inputShape, seed);
  const isLarge = Math.min(inputShape[0]!, inputShape[1]!) >= large;
  let last = normalised(graph, 'stem', inputName, {
    size: isLarge ? 7 : 3,
    numInputs: inputShape[2]!,
    numOutputs: width,
    stride: isLarge ? 2 : 1,
  });
  last = graph.activation('relu', last);
  if (isLarge)
    last = graph.add(
      'stem-pool',
      { type: 'pool', method: 'max', size: [3, 3], strides: [2, 2], padding: 'same' },
      last,
    );
  const stages = addStages(
    last,
    { numStages: 4, blocksPerStage: 2, width, numInputs: width },
    (name, before, shape) => block(graph, name, before, shape),
  );
  last = graph.add('pool', { type: 'global-pool', method: 'average' }, stages.last);
  graph.head(last, stages.numOutputs, numClasses, headScale);
  return graph.network();
}

/** relu(x + norm(conv(relu(norm(conv(x)))))); where the shape changes, norm(1×1 convolution of x) for x. */
function block(
  graph: GraphBuilder,
  name: string,
  input: string,
  { numInputs, numOutputs, stride }: ResidualBlock,
): string {
  const first = normalised(graph, `${name}-conv1`, input, { size: 3, numInputs, numOutputs, stride });
  const second = normalised(graph, `${name}-conv2`, graph.activation('relu', first), {
    size: 3,
    numInputs: numOutputs,
    numOutputs,
    stride: 1,
  });
  const isSameShape = numInputs === numOutputs && stride === 1;
  const shortcut = isSameShape
    ? input
    : normalised(graph, `${name}-shortcut`, input, { size: 1, numInputs, numOutputs, stride });
  return graph.activation('relu', graph.add(`${name}-add`, { type: 'add' }, second, shortcut));
}

/** A convolution without bias and its batch norm. */
function normalised(
  graph: GraphBuilder,
  name: string,
  input: string,
  options: ResidualBlock & { readonly size: number },
): string {
  const convolution = graph.convolution(name, input, { ...options, hasBias: false });
  return graph.batchNorm(`${name}-norm`, convolution, options.numOutputs);
}
