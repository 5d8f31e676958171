import type { Network } from '@tangent/networks';
import { type MlpConfig, mlp } from './mlp.js';
import { type Resnet18Config, resnet18 } from './resnet18.js';
import { type SmallCnnConfig, smallCnn } from './small-cnn.js';
import { type WideResnetConfig, wideResnet } from './wide-resnet.js';

export interface LinearConfig {
  readonly kind: 'linear';
  readonly headScale?: number;
}

/** An architecture by its kind. */
export type NetworkConfig = LinearConfig | MlpConfig | SmallCnnConfig | WideResnetConfig | Resnet18Config;
export const networkKinds = ['linear', 'mlp', 'cnn', 'wide-resnet', 'resnet18'] as const;

/**
 * A fresh network of an architecture; the same config, shape and seed give the same weights. inputShape: of one example,
 * [inputs] or [height, width, channels]. Throws RangeError for a config or a shape that makes no network.
 */
export function buildNetwork(
  config: NetworkConfig,
  inputShape: readonly number[],
  numClasses: number,
  seed: number,
): Network {
  if (!networkKinds.includes(config.kind))
    throw new RangeError(
      `there is no architecture “${String(config.kind)}”; choose one of ${networkKinds.join(', ')}`,
    );
  requireSizes(`inputs of shape [${inputShape}]`, inputShape);
  if (inputShape.length === 0) throw new RangeError('inputs need a shape, such as [784] or [28, 28, 1]');
  requireSizes('numClasses', [numClasses]);
  const rates = { headScale: 0.1, dropout: 0, ...config };
  if (!(rates.headScale > 0)) throw new RangeError(`headScale is ${rates.headScale}; it must be above 0`);
  if (!(rates.dropout >= 0 && rates.dropout < 1))
    throw new RangeError(`dropout is ${rates.dropout}; it must be at least 0 and below 1`);
  switch (config.kind) {
    case 'linear':
      return mlp({ ...config, hidden: [], activation: 'linear' }, inputShape, numClasses, seed);
    case 'mlp':
      requireSizes('hidden', config.hidden);
      return mlp(config, inputShape, numClasses, seed);
    case 'cnn':
      requireImages(config.kind, inputShape);
      requireSizes('channels', config.channels);
      requireSizes('hidden', [config.hidden]);
      return smallCnn(config, inputShape, numClasses, seed);
    case 'wide-resnet':
      requireImages(config.kind, inputShape);
      requireSizes('width', [config.width]);
      if (config.blocksPerLayer !== 1 && config.blocksPerLayer !== 2)
        throw new RangeError(`blocksPerLayer is ${config.blocksPerLayer}; a wide-resnet has 1 or 2`);
      return wideResnet(config, inputShape, numClasses, seed);
    case 'resnet18':
      requireImages(config.kind, inputShape);
      requireSizes('width', [config.width]);
      return resnet18(config, inputShape, numClasses, seed);
  }
}

function requireImages(kind: string, inputShape: readonly number[]): void {
  if (inputShape.length !== 3)
    throw new RangeError(
      `a ${kind} reads images [height, width, channels]; given inputs of shape [${inputShape}]: use mlp or linear for them`,
    );
}

function requireSizes(what: string, sizes: readonly number[]): void {
  const bad = sizes.find((size) => !(Number.isSafeInteger(size) && size >= 1));
  if (bad !== undefined)
    throw new RangeError(`${what}: ${bad} is no size; sizes are whole numbers from 1 on`);
}
