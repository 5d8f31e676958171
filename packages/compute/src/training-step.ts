// One step of training, compiled where the engine can.

import '@tangent/tfjs-onnxruntime/gradients'; // tfjs-core brings none to Node
import {
  adam,
  backendName,
  captureStep,
  constantRate,
  type InputSpec,
  type Inputs,
  type StepOptimizer,
  sgd,
} from '@tangent/tfjs-onnxruntime';
import * as tf from '@tensorflow/tfjs-core';
import { EngineUnavailableError } from './engine.js';
import { replaceProductGradient } from './product-gradient.js';

export type { InputSpec, Inputs } from '@tangent/tfjs-onnxruntime';

/** Adam (Kingma & Ba 2015, algorithm 1, ε = 1e-8) with decoupled weight decay (Loshchilov & Hutter 2019). */
export interface AdamConfig {
  readonly type: 'adam';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** θ shrinks by learningRate · weightDecay a step. */
  readonly weightDecay: number;
}

/** Gradient descent with heavy-ball momentum: B ← μB + g + weightDecay · θ, θ ← θ − learningRate · B. */
export interface SgdConfig {
  readonly type: 'sgd';
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}
export type OptimizerConfig = AdamConfig | SgdConfig;

export interface TrainingStepDefinition {
  /** What changes from step to step: data, targets, masks. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** What is trained. */
  readonly parameters: readonly tf.Variable[];
  /** What the loss reads or assigns besides, such as the moving averages of a batch norm. */
  readonly others?: readonly tf.Variable[];
  /**
   * The loss, in tfjs operations that read no numbers, and what else is to be known of the step. It may assign `others`.
   * Called several times when the step is recorded.
   */
  readonly loss: (inputs: Readonly<Record<string, tf.Tensor>>) => {
    readonly loss: tf.Scalar;
    readonly results?: Readonly<Record<string, tf.Tensor>>;
  };
  readonly optimizer: OptimizerConfig;
}

export interface StepResults {
  /** Before the update. */
  readonly loss: number;
  /** The other results of the step, by name, in arrays of their own. */
  readonly results: Readonly<Record<string, Float32Array>>;
}

export interface TrainingStep {
  /** Updates the parameters. Steps count from 0. Inputs of their declared shapes. */
  run(inputs: Inputs, step: number): StepResults;
  dispose(): void;
}

/**
 * Loss, gradients and update as one step: recorded once and replayed as one compiled graph on tfjs-onnxruntime (5 to 30 ms
 * at first), taken kernel by kernel on other engines. Both use the same formulas and agree to rounding. The caller disposes
 * of the step and of the variables. Throws CaptureError for a loss that cannot be recorded, and EngineUnavailableError
 * where the engine lacks a gradient.
 */
export function trainingStep(definition: TrainingStepDefinition): TrainingStep {
  const { parameters, optimizer: config } = definition;
  const optimizer = optimizerOf(config, parameters);
  const take = (
    tensors: Readonly<Record<string, tf.Tensor>>,
    scalars: Readonly<Record<string, tf.Tensor>>,
  ) => {
    let results: Readonly<Record<string, tf.Tensor>> = {};
    const { value, grads } = tf.variableGrads(() => {
      const found = definition.loss(tensors);
      // Else they would go with the tape.
      results = Object.fromEntries(
        Object.entries(found.results ?? {}).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
      );
      return found.loss;
    }, [...parameters]);
    optimizer.apply(
      parameters.map((parameter) => grads[parameter.name] ?? tf.zerosLike(parameter)),
      scalars,
    );
    return { ...results, loss: value };
  };
  return tf.getBackend() === backendName
    ? captured(definition, optimizer, take)
    : eager(definition, optimizer, take);
}

type Take = (
  tensors: Readonly<Record<string, tf.Tensor>>,
  scalars: Readonly<Record<string, tf.Tensor>>,
) => Readonly<Record<string, tf.Tensor>>;

function captured(
  { inputs, parameters, others = [] }: TrainingStepDefinition,
  optimizer: StepOptimizer,
  take: Take,
): TrainingStep {
  const names = Object.keys(optimizer.scalarsAt(0));
  const scalarSpecs = names.map((name) => [scalarInput(name), { shape: [], dtype: 'float32' as const }]);
  const step = captureStep({
    inputs: { ...inputs, ...Object.fromEntries(scalarSpecs) },
    variables: [...parameters, ...others, ...optimizer.variables],
    step: (tensors) =>
      take(tensors, Object.fromEntries(names.map((name) => [name, tensors[scalarInput(name)]!]))),
  });
  return {
    run(values, index) {
      const scalars = Object.entries(optimizer.scalarsAt(index));
      const named = scalars.map(([name, value]) => [scalarInput(name), value]);
      const { loss, ...results } = step.run({ ...values, ...Object.fromEntries(named) });
      return { loss: Number(loss![0]), results: results as Record<string, Float32Array> };
    },
    dispose() {
      step.dispose();
      optimizer.dispose();
    },
  };
}

function eager({ inputs }: TrainingStepDefinition, optimizer: StepOptimizer, take: Take): TrainingStep {
  replaceProductGradient();
  return {
    run(values, index) {
      const tensors = tf.tidy(() => {
        const feeds = Object.entries(inputs).map(([name, { shape, dtype }]) => [
          name,
          tf.tensor(arrayOf(values[name]!), [...shape], dtype),
        ]);
        const scalars = Object.entries(optimizer.scalarsAt(index)).map(([n, value]) => [n, tf.scalar(value)]);
        try {
          return take(Object.fromEntries(feeds), Object.fromEntries(scalars)) as Record<string, tf.Tensor>;
        } catch (cause) {
          throw missingKernel(cause) ?? cause;
        }
      });
      const numbers = Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync().slice()]);
      tf.dispose(tensors);
      const { loss, ...results } = Object.fromEntries(numbers) as Record<string, Float32Array>;
      return { loss: loss![0]!, results };
    },
    dispose: () => optimizer.dispose(),
  };
}

const optimizerOf = (config: OptimizerConfig, parameters: readonly tf.Variable[]): StepOptimizer => {
  const { learningRate, weightDecay } = config;
  const rate = constantRate(learningRate);
  return config.type === 'adam'
    ? adam(parameters, { rate, weightDecay, beta1: config.beta1, beta2: config.beta2 })
    : sgd(parameters, { rate, weightDecay, momentum: config.momentum });
};

const scalarInput = (name: string) => `optimizer.${name}`;

const arrayOf = (value: Inputs[string]) => (typeof value === 'number' ? [value] : value);

function missingKernel(cause: unknown): EngineUnavailableError | null {
  const kernel = cause instanceof Error && /Kernel '(\w+)' not registered/.exec(cause.message)?.[1];
  if (!kernel) return null;
  return new EngineUnavailableError(
    `the engine ${tf.getBackend()} lacks the kernel ${kernel} that this training needs; choose another: TANGENT_ENGINE=tfjs-onnxruntime`,
    { cause },
  );
}
