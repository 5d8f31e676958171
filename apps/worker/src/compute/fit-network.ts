import type { ModelConfig } from '@tangent/contracts';
import { type Trained, trainHead, trainNetwork } from '@tangent/models';
import type { Network } from '@tangent/networks';
import type { Examples } from './examples.js';
import { type HeadHooks, type HeadReport, mostHeadSteps, prepareHead } from './prepare-head.js';
import { trainingOf } from './training.js';

export interface Fitted extends Trained {
  /** Null: the last layer was not trained before the others. */
  readonly head: HeadReport | null;
}

/**
 * Trains a network as the settings say. Of an imported one either all layers, after the last one alone where they ask for
 * that; or the last one only, which leaves the others to the kernel: their gradients are in it, so that the posterior is the
 * closed form of tuning them (linearised fine-tuning). `isPretrained`: its last layer has not been trained by a round before.
 */
export function fitNetwork(
  from: Network,
  data: Examples,
  { model, seed, isPretrained }: { model: ModelConfig; seed: number; isPretrained: boolean },
  hooks: HeadHooks,
): Fitted {
  const config = trainingOf(model, from, data.classes.length);
  const isImported = model.kind === 'imported';
  if (isImported && model.tunes === 'head')
    return { ...trainHead(from, data, { ...config, augmentation: null }, seed, hooks), head: null };
  if (!isImported || !isPretrained || model.headSteps === 0)
    return { ...trainNetwork(from, data, config, seed, hooks), head: null };
  const { network, report } = prepareHead(from, data, { model, seed }, hooks);
  return { ...trainNetwork(network, data, config, seed, hooks), head: report };
}

/** Steps that `fitNetwork` takes at most. */
export function mostSteps({ kind, tunes, headSteps, steps }: ModelConfig): number {
  return kind === 'imported' && tunes === 'all' ? steps + mostHeadSteps(headSteps, steps) : steps;
}
