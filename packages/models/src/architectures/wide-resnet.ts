import { inputName, type Network } from '@tangent/networks';
import { GraphBuilder } from './build-graph.js';
import { addStages, type ResidualBlock } from './residual-stages.js';

export interface WideResnetConfig {
  readonly kind: 'wide-resnet';
  /** Residual blocks in each of the three stages. */
  readonly blocksPerLayer: 1 | 2;
  /** Channels of the first stage, 16·k in the words of the paper; the others have 2 and 4 times as many. */
  readonly width: number;
  readonly headScale?: number;
}

/**
 * A wide residual network for small images [height, width, channels] (32×32), seeded: three stages of pre-activation blocks,
 * batch norm, global average. Sources: Zagoruyko & Komodakis 2016, table 1; He et al. 2016 (identity mappings), figure 4e.
 */
export function wideResnet(
  config: Omit<WideResnetConfig, 'kind'>,
  inputShape: readonly number[],
  numClasses: number,
  seed: number,
): Network {
  const { blocksPerLayer, width, headScale = 0.1 } = config;
  const graph = new GraphBuilder(inputShape, seed);
  const numInputs = Math.min(16, width);
  const stem = graph.convolution('stem', inputName, {
    size: 3,
    numInputs: inputShape[2]!,
    numOutputs: numInputs,
    hasBias: false,
  });
  const { last, numOutputs } = addStages(
    stem,
    { numStages: 3, blocksPerStage: blocksPerLayer, width, numInputs },
    (name, before, shape) => block(graph, name, before, shape),
  );
  const normalised = graph.activation('relu', graph.batchNorm('norm', last, numOutputs));
  const pooled = graph.add('pool', { type: 'global-pool', method: 'average' }, normalised);
  graph.head(pooled, numOutputs, numClasses, headScale);
  return graph.network();
}

/** x + conv(relu(norm(conv(relu(norm(x)))))); where the shape changes, a 1×1 convolution of relu(norm(x)) for x. */
function block(
  graph: GraphBuilder,
  name: string,
  input: string,
  { numInputs, numOutputs, stride }: ResidualBlock,
): string {
  const ready = graph.activation('relu', graph.batchNorm(`${name}-norm1`, input, numInputs));
  const first = graph.convolution(`${name}-conv1`, ready, {
    size: 3,
    numInputs,
    numOutputs,
    stride,
    hasBias: false,
  });
  const between = graph.activation('relu', graph.batchNorm(`${name}-norm2`, first, numOutputs));
  const second = graph.convolution(`${name}-conv2`, between, {
    size: 3,
    numInputs: numOutputs,
    numOutputs,
    hasBias: false,
  });
  const isSameShape = numInputs === numOutputs && stride === 1;
  const shortcut = isSameShape
    ? input
    : graph.convolution(`${name}-shortcut`, ready, {
        size: 1,
        numInputs,
        numOutputs,
        stride,
        hasBias: false,
      });
  return graph.add(`${name}-add`, { type: 'add' }, second, shortcut);
}
