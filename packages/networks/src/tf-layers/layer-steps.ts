import type { Operation, Parameter } from '../network.js';
import type { Shape } from '../spatial-shapes.js';
import { flagField, type SavedLayer } from './layer-config.js';
import { activationOf, type SavedActivation } from './read-activation.js';

/** What a layer is built from: one operation after the other, the last of them the layer's output. */
export interface ReadLayer {
  /** The ending is added to the layer's name. */
  readonly steps: readonly (readonly [ending: string, operation: Operation])[];
  /** The layer ends in a softmax, which is not among the steps. */
  readonly hasSoftmax?: boolean;
  readonly note?: string;
}

export interface LayerContext {
  readonly layer: SavedLayer;
  readonly inputs: readonly Shape[];
  /** Takes the layer's weights of that name. Throws UnsupportedNetworkError where they are missing or do not fit. */
  readonly weights: (name: string, ...shape: number[]) => Parameter;
}

/** A step and its activation. */
export function activated(
  steps: readonly (readonly [string, Operation])[],
  activation: SavedActivation,
): ReadLayer {
  if (activation === 'softmax') return { steps, hasSoftmax: true };
  if (activation === 'linear') return { steps };
  return { steps: [...steps, [`_${activation}`, activationOf(activation)]] };
}

/** A layer of one operation. */
export const single = (operation: Operation): ReadLayer => ({ steps: [['', operation]] });

export const biasOf = ({ layer, weights }: LayerContext, width: number): Parameter | null =>
  flagField(layer, 'use_bias', true) ? weights('bias', width) : null;
