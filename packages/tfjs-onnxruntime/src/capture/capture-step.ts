import * as tf from '@tensorflow/tfjs-core';
import { OnnxRuntimeBackend } from '../backend.js';
import { CaptureError } from '../errors.js';
import { type Plan, planFor } from '../graph/plan.js';
import { sizeOf } from '../graph/shapes.js';
import { type NumericArray, Value } from '../graph/value.js';
import { backendName } from '../kernels/define.js';
import { argumentOf, type Feeds, type NativeSession } from '../runtime/binding.js';
import { type Recording, record } from './record.js';

export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export interface StepDefinition {
  /** What changes from run to run: data, masks, learning rate, count of steps. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** What the step reads and may assign: parameters, states of the optimizer. */
  readonly variables: readonly tf.Variable[];
  /** Other tensors that it reads; they stay as they are at the capture. */
  readonly constants?: readonly tf.Tensor[];
  /** Computes the results from the inputs, in tfjs operations, and assigns variables. May not read numbers. */
  readonly step: (inputs: Readonly<Record<string, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>;
}

/** Numbers of an input: as many as its shape has, or one for a scalar. */
export type Inputs = Readonly<Record<string, Float32Array | Int32Array | number>>;

/**
 * A step that was recorded once and is replayed without tfjs: one compiled graph, from inputs and variables to results
 * and new values of the variables. Saves what recording and planning cost, about 2 ms for a perceptron with Adam.
 */
export class CapturedStep {
  private readonly session: NativeSession;
  private readonly plan: Plan;
  private readonly fixed = new Map<Value, Feeds[string]>();

  constructor(
    private readonly backend: OnnxRuntimeBackend,
    private readonly definition: StepDefinition,
    private readonly recording: Recording,
  ) {
    this.plan = planFor(recording.roots);
    for (const leaf of recording.constants)
      this.fixed.set(leaf, argumentOf(leaf.dtype, leaf.data!.slice(), leaf.shape));
    this.session = backend.sessions.compile(this.plan);
  }

  /** Nodes of the graph. */
  get numNodes(): number {
    return this.plan.nodes.length;
  }

  /** Runs the step: assigns the variables, and returns the results. Throws CaptureError for inputs that do not fit. */
  run(inputs: Inputs): Record<string, NumericArray> {
    const { backend, recording } = this;
    const current = new Map(this.definition.variables.map((v) => [v, backend.graphValue(v)]));
    for (const value of current.values()) backend.dataOf(value);
    // The plan's own values stand for others in every run, so their arrays are put in before and taken out after.
    for (const leaf of this.plan.leaves) {
      const source = recording.sourceOf(leaf);
      if (source.kind === 'input') {
        leaf.argument = argumentOf(leaf.dtype, this.numbersOf(source.name, inputs), leaf.shape);
      } else if (source.kind === 'variable') {
        const value = current.get(source.variable)!;
        leaf.argument = argumentOf(leaf.dtype, value.data!, leaf.shape);
      } else leaf.argument = this.fixed.get(leaf)!;
    }
    backend.run(this.session, this.plan);
    for (const leaf of this.plan.leaves) leaf.argument = null;

    // Variables that were assigned one and the same result share its array, so that it is not written over too soon.
    const taken = new Map([...recording.assigned.values()].map((root) => [root, this.taken(root)]));
    for (const [variable, root] of recording.assigned) {
      const tensor = tf.engine().makeTensorFromTensorInfo(backend.hold(taken.get(root)!));
      variable.assign(tensor);
      tensor.dispose();
    }
    const results: Record<string, NumericArray> = {};
    for (const [name, root] of recording.results) {
      results[name] = root.data!;
      if (!recording.isAssigned(root)) this.clear(root);
    }
    for (const [, root] of recording.assigned) this.clear(root);
    return results;
  }

  dispose(): void {
    this.session.dispose();
  }

  private numbersOf(name: string, inputs: Inputs): NumericArray {
    const { shape, dtype } = this.definition.inputs[name]!;
    const given = inputs[name];
    if (given === undefined) throw new CaptureError(`the step is run without its input “${name}”`);
    const array =
      typeof given === 'number'
        ? dtype === 'float32'
          ? Float32Array.of(given)
          : Int32Array.of(given)
        : given;
    const isFitting = dtype === 'float32' ? array instanceof Float32Array : array instanceof Int32Array;
    if (!isFitting || array.length !== sizeOf(shape))
      throw new CaptureError(
        `the input “${name}” is ${dtype} of shape [${shape}], ${sizeOf(shape)} numbers; given ${array.constructor.name} of ${array.length}`,
      );
    return array;
  }

  /** The array of a root as a value of its own, which variables may keep. */
  private taken(root: Value): Value {
    const value = new Value(root.shape, root.dtype);
    value.data = root.data;
    value.argument = root.argument;
    // Shared with a result that the caller holds: then it is never written over.
    value.isBorrowed = [...this.recording.results.values()].includes(root);
    return value;
  }

  private clear(root: Value): void {
    root.data = null;
    root.argument = null;
  }
}

/**
 * Records a step and compiles it. Throws CaptureError for a step that reads numbers, that uses an array made in JavaScript
 * which is neither an input nor a declared constant (the message names the operation), or that is not the same every time.
 * Numbers made in JavaScript, alone or filling an array, are constants, if they are the same in two recordings.
 */
export function captureStep(definition: StepDefinition): CapturedStep {
  const backend = tf.backend();
  if (!(backend instanceof OnnxRuntimeBackend))
    throw new CaptureError(
      `steps are captured on the backend ${backendName}, and ${tf.getBackend()} is in use: tf.setBackend('${backendName}') first`,
    );
  const first = record(backend, definition);
  const second = record(backend, definition);
  first.requireSame(second);
  return new CapturedStep(backend, definition, first);
}
