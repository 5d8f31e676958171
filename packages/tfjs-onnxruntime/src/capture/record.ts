import * as tf from '@tensorflow/tfjs-core';
import type { OnnxRuntimeBackend } from '../backend.js';
import { CaptureError } from '../errors.js';
import { planFor } from '../graph/plan.js';
import type { GraphNode, Value } from '../graph/value.js';
import type { StepDefinition } from './capture-step.js';

/** Where a recorded step gets an array from that it does not compute. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'variable'; readonly variable: tf.Variable }
  | { readonly kind: 'constant' };

/** What one recording of a step came to. */
export class Recording {
  constructor(
    /** New value of every variable that was assigned. */
    readonly assigned: ReadonlyMap<tf.Variable, Value>,
    readonly results: ReadonlyMap<string, Value>,
    private readonly sources: ReadonlyMap<Value, Source>,
    /** Leaves that stay what they are. */
    readonly constants: readonly Value[],
    private readonly key: string,
  ) {}

  get roots(): Value[] {
    return [...new Set([...this.results.values(), ...this.assigned.values()])];
  }

  isAssigned(value: Value): boolean {
    return [...this.assigned.values()].includes(value);
  }

  sourceOf(leaf: Value): Source {
    return this.sources.get(leaf)!;
  }

  /** Throws where the second recording is another graph, or has another number in place of a constant. */
  requireSame(other: Recording): void {
    if (this.key !== other.key)
      throw new CaptureError(
        'the step records another graph the second time: it depends on something that is neither an input nor a variable',
      );
    this.constants.forEach((value, at) => {
      const again = other.constants[at]!;
      if (value.data!.some((number, i) => !Object.is(number, again.data![i])))
        throw new CaptureError(
          `a scalar of the step was ${value.data![0]} at first and ${again.data![0]} the second time: make it an input`,
        );
    });
  }
}

/** Runs the step once without computing anything, and leaves its variables as they were. */
export function record(backend: OnnxRuntimeBackend, definition: StepDefinition): Recording {
  const { inputs, variables, constants = [], step } = definition;
  backend.flush();
  const placeholders = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [name, tf.zeros([...shape], dtype)]),
  );
  const named = new Map<Value, Source>();
  for (const [name, tensor] of Object.entries(placeholders))
    named.set(origin(backend.graphValue(tensor)), { kind: 'input', name });
  for (const variable of variables)
    named.set(origin(backend.graphValue(variable)), { kind: 'variable', variable });
  for (const tensor of constants) named.set(origin(backend.graphValue(tensor)), { kind: 'constant' });
  for (const value of named.keys()) backend.dataOf(value);

  const saved = variables.map((variable) => variable.clone());
  let results: Readonly<Record<string, tf.Tensor>> = {};
  try {
    backend.onRead = (kernel) => {
      throw new CaptureError(
        `the step reads numbers while it is recorded (at the kernel ${kernel}); nothing is computed then`,
      );
    };
    results = tf.tidy(() => step(placeholders) as tf.TensorContainerObject) as typeof results;
    return recordingOf(backend, variables, results, named);
  } finally {
    backend.onRead = null;
    variables.forEach((variable, at) => {
      variable.assign(saved[at]!);
    });
    tf.dispose([saved, { ...results }, placeholders]);
    backend.recorder.endEpoch();
  }
}

function recordingOf(
  backend: OnnxRuntimeBackend,
  variables: readonly tf.Variable[],
  tensors: Readonly<Record<string, tf.Tensor>>,
  named: ReadonlyMap<Value, Source>,
): Recording {
  const assigned = new Map<tf.Variable, Value>();
  for (const variable of variables) {
    const value = backend.graphValue(variable);
    if (named.has(origin(value))) continue; // not assigned
    assigned.set(variable, computed(backend, value));
  }
  const results = new Map(
    Object.entries(tensors).map(([name, tensor]) => [name, computed(backend, backend.graphValue(tensor))]),
  );
  const plan = planFor([...new Set([...results.values(), ...assigned.values()])]);
  const sources = new Map<Value, Source>();
  const constants: Value[] = [];
  for (const leaf of plan.leaves) {
    const declared = named.get(origin(leaf));
    if (!declared && !isUniform(leaf)) throw undeclared(leaf, plan.nodes);
    const source: Source = declared ?? { kind: 'constant' };
    sources.set(leaf, source);
    if (source.kind === 'constant') constants.push(leaf);
  }
  return new Recording(assigned, results, sources, constants, plan.key);
}

/** One number, perhaps many times over: tfjs makes arrays of ones for the gradient of a sum. */
const isUniform = ({ data }: Value): boolean => data!.every((number) => number === data![0]);

/** The value that owns the array: a variable may be shown in several shapes. */
const origin = (value: Value): Value => value.aliasOf ?? value;

/** Results that are inputs, passed through, still need a node. */
const computed = ({ recorder }: OnnxRuntimeBackend, value: Value): Value =>
  value.producer ? value : recorder.emit('Identity', [value], value);

function undeclared(leaf: Value, nodes: readonly GraphNode[]): CaptureError {
  const user = nodes.find((node) => node.inputs.includes(leaf));
  return new CaptureError(
    `the kernel ${user?.kernel ?? '?'} (op ${user?.op}) uses an array of ${leaf.dtype}[${leaf.shape}] that is neither an ` +
      'input nor a variable nor a declared constant: it would be the same in every run. Declare it',
  );
}
