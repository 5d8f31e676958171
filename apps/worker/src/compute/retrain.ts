import { predictNetwork, trainNetwork } from '@tangent/models';
import { decodeCheckpoint } from '@tangent/networks';
import { takeRows } from '@tangent/ntk';
import type { ScoringSettings, StateItems } from './pool-state.js';
import { trainingOf } from './training.js';

/** Steps of naive retraining from the round's network: enough for one more label to show. */
const steps = 60;

/** Trains the round's network on with one more label, or with none, and gives its outputs over E, [E, k]. */
export function retrainer(
  { checkpoint, model, seed }: ScoringSettings,
  { features, labels, evaluation }: StateItems,
  checkCancelled: () => void,
): (item: number | null, classIndex: number) => Float64Array {
  const network = decodeCheckpoint(checkpoint);
  const config = {
    ...trainingOf(model, network, labels.length),
    steps,
    earlyStopping: null,
    augmentation: null,
  };
  const inputsAt = (rows: Int32Array) => takeRows(features.inputs.values, features.inputs.width, rows);
  const evaluationInputs = inputsAt(evaluation);
  return (item, classIndex) => {
    const all = item === null ? labels : [...labels, { item, classIndex }];
    const rows = Int32Array.from(all, (label) => label.item);
    const data = {
      x: inputsAt(rows),
      classes: Int32Array.from(all, (label) => label.classIndex),
    };
    const trained = trainNetwork(network, data, config, seed, { checkCancelled }).network;
    return Float64Array.from(predictNetwork(trained, evaluationInputs, evaluation.length));
  };
}
