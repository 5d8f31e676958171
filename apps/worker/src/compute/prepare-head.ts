import { createRandom } from '@tangent/compute';
import type { ModelConfig } from '@tangent/contracts';
import { countCorrect, predictNetwork, trainHead, trainNetwork } from '@tangent/models';
import { type Network, numOutputsOf } from '@tangent/networks';
import { chooseHeadProbe, type HeadProbe, headEnergy } from '@tangent/ntk';
import { type Examples, examplesAt } from './examples.js';
import { trainingOf } from './training.js';

/** How the last layer of a pretrained network was trained before all layers were. */
export interface HeadReport {
  readonly steps: number;
  /** What it left for the other layers to learn, from 0 to √2: they move in proportion to it. */
  readonly energy: number;
  /** Where the number of steps was chosen: each that was tried, by the accuracy on held-back labels after all was tuned. */
  readonly tried: readonly { readonly steps: number; readonly energy: number; readonly accuracy: number }[];
}

/** Numbers of steps that are tried, each some four times the one before. */
const candidates = [0, 5, 20, 80, 320];
/** Labels from which on a fifth says which of them is best; with fewer it is the middle one. */
const fewestToChoose = 50;
const unchosen = 20;

export interface HeadHooks {
  readonly checkCancelled: () => void;
  readonly onProgress: () => void;
}

/**
 * Trains the last layer of a pretrained network alone for as many steps as the settings say, or as held-back labels choose;
 * so that the first steps of all layers do not tear up features for the sake of a head that knows nothing yet.
 * Source: MATH §6; Ren et al. 2023, “How to prepare your task head for finetuning”.
 */
export function prepareHead(
  network: Network,
  data: Examples,
  { model, seed }: { readonly model: ModelConfig; readonly seed: number },
  hooks: HeadHooks,
): { readonly network: Network; readonly report: HeadReport } {
  const probes = model.headSteps === 'auto' ? sweep(network, data, model, seed, hooks) : [];
  const chosen = probes.length > 0 ? chooseHeadProbe(probes).chosen.numEpochs : unchosen;
  const steps = model.headSteps === 'auto' ? chosen : model.headSteps;
  const probed = probe(network, data, model, steps, seed, hooks);
  return {
    network: probed,
    report: {
      steps,
      energy: energyOf(probed, data),
      tried: probes.map(({ numEpochs, energy, validationAccuracy }) => ({
        steps: numEpochs,
        energy,
        accuracy: validationAccuracy,
      })),
    },
  };
}

/** Steps that it takes at most, with `steps` of all layers after each probe that is tried. */
export function mostHeadSteps(headSteps: ModelConfig['headSteps'], steps: number): number {
  if (headSteps !== 'auto') return headSteps;
  return candidates.reduce((sum, tried) => sum + tried + steps, Math.max(...candidates));
}

/** The probes along rising numbers of steps, as far as they gain. */
function sweep(
  network: Network,
  data: Examples,
  model: ModelConfig,
  seed: number,
  hooks: HeadHooks,
): HeadProbe[] {
  const n = data.classes.length;
  if (n < fewestToChoose) return [];
  const order = createRandom(seed).fork('head').permutation(n);
  const numLeft = Math.floor(n / 5);
  const [left, rest] = [order.slice(0, numLeft), order.slice(numLeft)].map((rows) => examplesAt(data, rows));
  const probes: HeadProbe[] = [];
  for (const numEpochs of candidates) {
    const probed = probe(network, rest!, model, numEpochs, seed, hooks);
    const config = trainingOf(model, network, rest!.classes.length);
    const tuned = trainNetwork(probed, rest!, config, seed, hooks).network;
    const outputs = predictNetwork(tuned, left!.x, numLeft);
    probes.push({
      numEpochs,
      energy: energyOf(probed, rest!),
      validationAccuracy: countCorrect(outputs, left!.classes, numOutputsOf(tuned)) / numLeft,
    });
    if (chooseHeadProbe(probes).stoppedAt !== null) break;
  }
  return probes;
}

/** Of embeddings, which do not move as images do, and to the last step. */
function probe(
  network: Network,
  data: Examples,
  model: ModelConfig,
  steps: number,
  seed: number,
  hooks: HeadHooks,
): Network {
  if (steps === 0) return network;
  const config = trainingOf(model, network, data.classes.length);
  return trainHead(network, data, { ...config, steps, earlyStopping: null, augmentation: null }, seed, hooks)
    .network;
}

const energyOf = (network: Network, { x, classes }: Examples) =>
  headEnergy(predictNetwork(network, x, classes.length), classes, numOutputsOf(network));
