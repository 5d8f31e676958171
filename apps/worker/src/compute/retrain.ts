import { predictNetwork, trainNetwork } from '@tangent/models';
import { decodeCheckpoint } from '@tangent/networks';
import { selectFeatures } from './pool-features.js';
import type { ScoringSettings, StateItems } from './pool-state.js';
import { trainingOf } from './training.js';

/** Steps of naive retraining from the round's network: enough for one more label to show. */
const steps = 60;

/** Trains the round's network on with one more label, or with none, and gives its outputs over E, [E, k]. */
export function retrainer(
  { checkpoint, model, seed }: ScoringSettings,
  { features, labels, evaluation }: StateItems,
): (item: number | null, classIndex: number) => Float64Array {
  const network = decodeCheckpoint(checkpoint);
  const config = { ...trainingOf(model), steps, earlyStopping: null };
  const evaluationInputs = selectFeatures(features, evaluation).inputs.values;
  return (item, classIndex) => {
    const all = item === null ? labels : [...labels, { item, classIndex }];
    const rows = Int32Array.from(all, (label) => label.item);
    const data = {
      x: selectFeatures(features, rows).inputs.values,
      classes: Int32Array.from(all, (label) => label.classIndex),
    };
    const trained = trainNetwork(network, data, config, seed).network;
    return Float64Array.from(predictNetwork(trained, evaluationInputs, evaluation.length));
  };
}
