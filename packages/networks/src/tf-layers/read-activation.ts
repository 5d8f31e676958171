import { type ActivationName, activationNames, type Operation } from '../network.js';
import { fieldOf, refuse, type SavedLayer, textField } from './layer-config.js';

/** Softmax and linear outputs stand for themselves: the first only at the model's end. */
export type SavedActivation = ActivationName | 'softmax';

const hints: Readonly<Record<string, string>> = {
  // tfjs-layers: `gelu` is exact by erf, `gelu_new` the approximation by tanh.
  gelu_new: 'the approximation of GELU by tanh is not supported; use gelu, which is exact',
  relu6: 'use relu',
  swish: 'use gelu',
  silu: 'use gelu',
  elu: 'use gelu or softplus',
  selu: 'use gelu or softplus',
  hard_sigmoid: 'use sigmoid',
};

export function readActivation(layer: SavedLayer): SavedActivation {
  const config = fieldOf(layer.config, 'activation');
  if (typeof config === 'object')
    refuse(layer, 'its activation has options, which are not supported; use a plain one');
  const name = textField(layer, 'activation', 'linear');
  const known = [...activationNames, 'softmax' as const].find((candidate) => candidate === name);
  return (
    known ??
    refuse(
      layer,
      `the activation ${name} is not supported; ${
        Object.hasOwn(hints, name) ? hints[name] : `use one of ${activationNames.join(', ')}`
      }`,
    )
  );
}

export const activationOf = (name: ActivationName): Operation => ({ type: 'activation', name });
