import * as tf from '@tensorflow/tfjs-core';
import { CaptureError } from '../errors.js';
import { type CapturedStep, captureStep, type InputSpec, type Inputs } from './capture-step.js';
import type { StepOptimizer } from './optimizers.js';

export interface TrainingDefinition {
  /** Inputs of the loss: data, targets, masks. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** What is trained. */
  readonly parameters: readonly tf.Variable[];
  /** What the loss reads or assigns besides: moving averages of a batch norm, say. */
  readonly others?: readonly tf.Variable[];
  readonly constants?: readonly tf.Tensor[];
  readonly loss: (inputs: Readonly<Record<string, tf.Tensor>>) => tf.Scalar;
  readonly optimizer: StepOptimizer;
}

/** A training step that replays: loss, gradients and update in one graph. */
export interface TrainingStep {
  /** Updates the parameters; returns the loss before the update. Steps count from 0. */
  run(inputs: Inputs, step: number): number;
  readonly numNodes: number;
  dispose(): void;
}

/** Captures loss, gradients and update. Throws as captureStep does. */
export function captureTraining(definition: TrainingDefinition): TrainingStep {
  const { inputs, parameters, others = [], constants = [], loss, optimizer } = definition;
  for (const parameter of parameters) requireFinite(parameter);
  const scalarNames = Object.keys(optimizer.scalarsAt(0));
  const captured: CapturedStep = captureStep({
    inputs: {
      ...inputs,
      ...Object.fromEntries(
        scalarNames.map((name) => [scalar(name), { shape: [], dtype: 'float32' as const }]),
      ),
    },
    variables: [...parameters, ...others, ...optimizer.variables],
    constants,
    step: (tensors) => {
      const { value, grads } = tf.variableGrads(() => loss(tensors), [...parameters]);
      optimizer.apply(
        parameters.map((parameter) => grads[parameter.name]!),
        Object.fromEntries(scalarNames.map((name) => [name, tensors[scalar(name)]!])),
      );
      return { loss: value };
    },
  });
  return {
    numNodes: captured.numNodes,
    run(values, step) {
      const scalars = Object.entries(optimizer.scalarsAt(step)).map(([name, value]) => [scalar(name), value]);
      return Number(captured.run({ ...values, ...Object.fromEntries(scalars) }).loss![0]);
    },
    dispose: () => captured.dispose(),
  };
}

function requireFinite(parameter: tf.Variable): void {
  const place = parameter.dataSync().findIndex((number) => !Number.isFinite(number));
  if (place === -1) return;
  const number = parameter.dataSync()[place];
  throw new CaptureError(
    `the parameter ${parameter.name} [${parameter.shape}] holds ${number} at place ${place}; training would spread it`,
  );
}

const scalar = (name: string) => `optimizer.${name}`;
