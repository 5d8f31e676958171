import { createRandom, type Random, trainingStep } from '@tangent/compute';
import { forward, type Network, numOutputsOf, parametersOf } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { headOf, numInputsOf } from '../network-parts.js';
import { type Augmentation, augmentImages } from './augmentation.js';
import { dropoutMasks } from './dropout-masks.js';
import { BestNetwork } from './early-stopping.js';
import { withoutIdleInputs } from './idle-inputs.js';
import { meanLoss } from './loss.js';
import { type NetworkVariables, networkVariables } from './network-variables.js';
import type { TrainingConfig } from './training-config.js';
import { assertTrainable, rowsOf, type TrainingData, targetsOf } from './training-data.js';

/** The training went to NaN or infinity; the message says when. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
  readonly code = 'training-diverged';
}

/** The examples of one step, as the network saw them. */
export interface Visit {
  /** From 1 on. */
  readonly step: number;
  /** Which examples. */
  readonly rows: Int32Array;
  /** Their outputs before the update, in training mode, [rows, k]. */
  readonly outputs: Float32Array;
}

export interface TrainingHooks {
  readonly onProgress?: (done: number, total: number) => void;
  /** Called between steps; throws to stop. */
  readonly checkCancelled?: () => void;
  /** Told of every step: what learning paths are made of. */
  readonly onVisit?: (visit: Visit) => void;
}

export interface Trained {
  readonly network: Network;
  /** That of the last step, before its update. */
  readonly loss: number;
  /** Steps that were taken. */
  readonly numSteps: number;
  /** Where training stops early: the smallest held-out loss and the step that the network is of. */
  readonly best: { readonly loss: number; readonly step: number } | null;
}

/**
 * Trains all parameters of a network, fresh or trained before (a warm start): the mean over examples of Σ_k (f − y)² or of
 * the cross-entropy. All examples take part in every step up to batchSize of them, else as many, drawn anew. Batch norms
 * take the moments of the batch and keep moving averages; dropout masks and the ways that images move are drawn from the seed;
 * held-out examples do not move. The network that is given
 * stays as it is. The same network, data, config, seed and engine give the same weights, bit for bit.
 * Cost per step about three forward passes of the batch and ten passes over the parameters.
 * Throws TrainingDivergedError, and RangeError for data or a config that does not fit.
 */
export function trainNetwork(
  network: Network,
  data: TrainingData,
  config: TrainingConfig,
  seed: number,
  hooks: TrainingHooks = {},
): Trained {
  headOf(network);
  assertTrainable(network, data);
  assertConfig(config);
  const random = createRandom(seed);
  const parts = split(data, config, random.fork('validation').permutation(data.classes.length));
  const reduced = config.optimizer.weightDecay === 0 ? withoutIdleInputs(network, data.x) : null;
  const started = reduced?.network ?? network;
  const seen = reduced ? { ...data, x: reduced.x } : data;
  const variables = networkVariables(started);
  try {
    const trained = run({ network: started, data: seen, config, hooks, variables, random, ...parts });
    return reduced ? { ...trained, network: reduced.restore(trained.network) } : trained;
  } finally {
    variables.dispose();
  }
}

interface Run {
  readonly network: Network;
  readonly data: TrainingData;
  readonly config: TrainingConfig;
  readonly hooks: TrainingHooks;
  readonly variables: NetworkVariables;
  readonly random: ReturnType<typeof createRandom>;
  readonly trained: Int32Array;
  readonly heldOut: Int32Array;
}

function run({ network, data, config, hooks, variables, random, trained, heldOut }: Run): Trained {
  const k = numOutputsOf(network);
  const targets = targetsOf(data, k, config);
  const batchSize = Math.min(config.batchSize, trained.length);
  const masks = dropoutMasks(network, batchSize, random.fork('dropout'));
  const step = trainingStep({
    inputs: {
      x: { shape: [batchSize, ...network.inputShape], dtype: 'float32' },
      y: { shape: [batchSize, k], dtype: 'float32' },
      ...masks.specs,
    },
    parameters: variables.trained,
    others: variables.statistics,
    optimizer: config.optimizer,
    loss: (given) => {
      const outputs = trainingOutputs(network, variables, config, given.x!, masks.among(given));
      return { loss: meanLoss(config.loss, outputs, given.y!), results: hooks.onVisit ? { outputs } : {} };
    },
  });
  const inputsOf = (rows: Int32Array) => ({
    x: rowsOf(data.x, numInputsOf(network), rows),
    y: rowsOf(targets, k, rows),
  });
  // The name of the stream is older than the other architectures: with another one, all results would change.
  const order = random.fork('mlp batches');
  const isFullBatch = trained.length <= config.batchSize;
  const draw = () =>
    isFullBatch ? trained : order.sample(trained.length, batchSize).map((i) => trained[i]!);
  const heldOutInputs = inputsOf(heldOut);
  const best = config.earlyStopping && new BestNetwork(config.earlyStopping);

  const augment = augmenter(network, config.augmentation, random.fork('augmentation'));

  let rows = draw();
  let inputs = inputsOf(rows);
  let loss = Number.NaN;
  let numSteps = 0;
  try {
    while (numSteps < config.steps) {
      hooks.checkCancelled?.();
      if (numSteps > 0 && !isFullBatch) {
        rows = draw();
        inputs = inputsOf(rows);
      }
      const taken = step.run({ ...inputs, x: augment(inputs.x), ...masks.draw() }, numSteps);
      numSteps++;
      loss = taken.loss;
      if (!Number.isFinite(loss)) throw diverged(`the loss is ${loss}`, numSteps, config);
      hooks.onVisit?.({ step: numSteps, rows: rows.slice(), outputs: taken.results.outputs! });
      hooks.onProgress?.(numSteps, config.steps);
      if (!best?.isDue(numSteps, config.steps)) continue;
      const held = heldOutLoss(network, variables, config, heldOutInputs);
      if (!Number.isFinite(held)) throw diverged(`the held-out loss is ${held}`, numSteps, config);
      if (best.look(held, numSteps, variables.read)) break;
    }
  } finally {
    step.dispose();
  }
  const found = best ? best.found.network : variables.read();
  assertConverged(found, numSteps, config);
  return {
    network: found,
    loss,
    numSteps,
    best: best && { loss: best.found.loss, step: best.found.step },
  };
}

/** What a step sees of its examples. */
function augmenter(
  { inputShape }: Network,
  augmentation: Augmentation | null,
  random: Random,
): (x: Float32Array) => Float32Array {
  if (!augmentation) return (x) => x;
  const [height, width, channels, ...rest] = inputShape;
  if (height === undefined || width === undefined || channels === undefined || rest.length > 0)
    throw new RangeError(
      `trainNetwork: inputs of shape [${inputShape}] are no images [height, width, channels] and cannot be augmented; train without augmentation`,
    );
  return (x) => augmentImages(x, [height, width, channels], augmentation, random);
}

/** f(x) in training mode; assigns the moving averages. */
function trainingOutputs(
  network: Network,
  { all, statistics }: NetworkVariables,
  { batchNormMomentum: momentum }: TrainingConfig,
  x: tf.Tensor,
  masks: ReadonlyMap<string, tf.Tensor>,
): tf.Tensor {
  const average = (name: string, batch: tf.Tensor) => {
    const variable = all.get(name)!;
    variable.assign(tf.add(tf.mul(variable, momentum), tf.mul(batch, 1 - momentum)));
  };
  const outputs = forward(network, all, x, {
    masks,
    ...(statistics.length > 0 && {
      batchMoments: ({ name }, { mean, variance }) => {
        average(`${name}.mean`, mean);
        average(`${name}.variance`, variance);
      },
    }),
  });
  return outputs.get(headOf(network).name)!;
}

/** With frozen statistics and without dropout, as the network will be used. */
function heldOutLoss(
  network: Network,
  { all }: NetworkVariables,
  { loss }: TrainingConfig,
  { x, y }: { readonly x: Float32Array; readonly y: Float32Array },
): number {
  const n = y.length / numOutputsOf(network);
  return tf.tidy(() => {
    const outputs = forward(network, all, tf.tensor(x, [n, ...network.inputShape])).get(
      headOf(network).name,
    )!;
    return meanLoss(loss, outputs, tf.tensor(y, [n, y.length / n])).dataSync()[0]!;
  });
}

/** Rows to train on, and rows to hold out; each ascending. */
function split(data: TrainingData, { earlyStopping }: TrainingConfig, order: Int32Array) {
  const n = data.classes.length;
  if (!earlyStopping)
    return { trained: Int32Array.from({ length: n }, (_, i) => i), heldOut: new Int32Array() };
  const numHeldOut = Math.max(1, Math.round(earlyStopping.share * n));
  if (numHeldOut >= n)
    throw new RangeError(
      `trainNetwork: of ${n} examples, ${numHeldOut} would be held out and none trained on; label more, or train without early stopping`,
    );
  return { trained: order.slice(numHeldOut).sort(), heldOut: order.slice(0, numHeldOut).sort() };
}

function assertConfig({
  steps,
  batchSize,
  labelSmoothing,
  earlyStopping,
  batchNormMomentum,
  augmentation,
}: TrainingConfig) {
  const require = (isFine: boolean, name: string, value: number, rule: string) => {
    if (!isFine) throw new RangeError(`trainNetwork: ${name} is ${value}; it must be ${rule}`);
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  require(isCount(steps), 'steps', steps, 'a whole number from 1 on');
  require(isCount(batchSize), 'batchSize', batchSize, 'a whole number from 1 on');
  const isShare = (value: number) => value >= 0 && value < 1;
  require(isShare(labelSmoothing), 'labelSmoothing', labelSmoothing, 'at least 0 and below 1');
  require(isShare(batchNormMomentum), 'batchNormMomentum', batchNormMomentum, 'at least 0 and below 1');
  if (earlyStopping) {
    const { share, everySteps, patience } = earlyStopping;
    require(share > 0 && share < 1, 'earlyStopping.share', share, 'above 0 and below 1');
    require(isCount(everySteps), 'earlyStopping.everySteps', everySteps, 'a whole number from 1 on');
    require(isCount(patience), 'earlyStopping.patience', patience, 'a whole number from 1 on');
  }
  if (augmentation) {
    const { shift, rotation, scale } = augmentation;
    require(shift >= 0 && shift <= 0.5, 'augmentation.shift', shift, 'from 0 to 0.5');
    require(rotation >= 0 && rotation <= 180, 'augmentation.rotation', rotation, 'from 0 to 180');
    require(scale >= 0 && scale <= 1, 'augmentation.scale', scale, 'from 0 to 1');
  }
}

function assertConverged({ nodes }: Network, step: number, config: TrainingConfig): void {
  for (const { name, operation } of nodes)
    for (const { values } of Object.values(parametersOf(operation)))
      if (!values.every(Number.isFinite)) throw diverged(`layer ${name} holds NaN or infinity`, step, config);
}

function diverged(what: string, step: number, { optimizer }: TrainingConfig): TrainingDivergedError {
  return new TrainingDivergedError(
    `training diverged: ${what} at step ${step}; lower the learning rate (${optimizer.learningRate})`,
  );
}
