import {
  type BackendTimingInfo,
  type backend_util,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { GraphError } from './errors.js';
import { type Plan, planFor } from './graph/plan.js';
import { Recorder } from './graph/recorder.js';
import { isSameShape, sizeOf } from './graph/shapes.js';
import { type DType, type NumericArray, Value } from './graph/value.js';
import { nameOf } from './onnx/serialise.js';
import { reshape } from './ops/reshape.js';
import { argumentOf, type Feeds, type Fetches, type NativeSession } from './runtime/binding.js';
import { findBlockSize } from './runtime/block-size.js';
import { BufferPool } from './runtime/buffer-pool.js';
import type { Settings } from './runtime/options.js';
import { SessionCache } from './runtime/session-cache.js';

/** What a tensor's id stands for. Strings stay as they are; complex numbers are two tensors. */
interface Entry {
  readonly dtype: DataType;
  readonly value: Value | null;
  readonly strings: backend_util.BackendValues | null;
  readonly complex: { readonly real: TensorInfo; readonly imag: TensorInfo } | null;
  refCount: number;
}

/** Counters since the start. */
export interface BackendStats {
  readonly numRuns: number;
  readonly numCompiled: number;
  readonly compileMs: number;
  /** Part of compileMs: writing the graphs as ONNX. */
  readonly serialiseMs: number;
  readonly runMs: number;
  readonly numSessions: number;
  /** Calls by kernel that ran on tfjs's cpu backend. */
  readonly fallbacks: Readonly<Record<string, number>>;
}

/**
 * A tfjs backend that records kernels as a graph and runs the graph in ONNX Runtime when a result is read.
 * One a thread; not re-entrant, because ONNX Runtime is called synchronously.
 */
export class OnnxRuntimeBackend extends KernelBackend {
  readonly recorder = new Recorder();
  readonly pool: BufferPool;
  readonly sessions: SessionCache;
  /** While a step is recorded for a capture: throws, because nothing is computed then. Gets the kernel at work. */
  onRead: ((kernel: string) => void) | null = null;
  readonly fallbacks: Record<string, number> = {};
  private readonly entries: DataStorage<Entry>;
  /** Values that tensors hold and that are not computed yet. */
  private readonly pending = new Set<Value>();
  private numRuns = 0;
  private runMs = 0;

  constructor(readonly settings: Settings) {
    super();
    this.entries = new DataStorage(this, engine());
    this.pool = new BufferPool(settings.maxPooledBytes);
    this.sessions = new SessionCache(settings);
    this.recorder.blockSize = findBlockSize(settings);
  }

  // What tfjs asks of a backend

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    if (dtype === 'complex64')
      throw new Error('complex tensors are written as two real ones, by the kernel Complex');
    if (dtype === 'string') {
      this.entries.set(dataId, { dtype, value: null, strings: values, complex: null, refCount });
      return;
    }
    const value = new Value([...shape], dtype);
    value.data = numericArray(values, dtype);
    value.isBorrowed = true;
    value.numHolders = 1;
    this.entries.set(dataId, { dtype, value, strings: null, complex: null, refCount });
  }

  override refCount(dataId: DataId): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.entries.get(dataId).refCount += 1;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    entry.refCount -= 1;
    if (!force && entry.refCount > 0) return false;
    this.entries.delete(dataId);
    if (entry.complex) {
      this.disposeData(entry.complex.real.dataId, force);
      this.disposeData(entry.complex.imag.dataId, force);
    }
    if (entry.value) this.letGo(entry.value);
    return true;
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const { value, strings, complex } = this.entries.get(dataId);
    if (strings) return strings;
    if (complex) {
      const [real, imag] = [complex.real, complex.imag].map(
        (part) => this.readSync(part.dataId) as Float32Array,
      );
      return interleaved(real!, imag!);
    }
    const data = this.dataOf(value!);
    value!.isBorrowed = true;
    return data as backend_util.TypedArray;
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  /** numBytesPooled: arrays kept for reuse; numSessions: compiled graphs. tfjs adds tensors and their bytes. */
  override memory(): {
    unreliable: boolean;
    reasons: string[];
    numBytesPooled: number;
    numSessions: number;
  } {
    return {
      unreliable: false,
      reasons: [],
      numBytesPooled: this.pool.numBytes,
      numSessions: this.sessions.size,
    };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<BackendTimingInfo> {
    this.flush();
    const from = performance.now();
    run();
    this.flush();
    return { kernelMs: performance.now() - from };
  }

  override dispose(): void {
    this.sessions.dispose();
    this.pool.clear();
    this.pending.clear();
  }

  // What kernels ask of it

  /** The value of a tensor, in the tensor's shape. */
  graphValue(tensor: TensorInfo): Value {
    const { value, dtype } = this.entries.get(tensor.dataId);
    if (!value) throw new Error(`a tensor of ${dtype} is no number`);
    return isSameShape(value.shape, tensor.shape) ? value : reshape(this.recorder, value, tensor.shape);
  }

  /** A tensor that shows a value, computed or not. */
  hold(value: Value, dtype = value.dtype as DataType): TensorInfo {
    // A constant belongs to all graphs: a tensor needs one of its own, that can be computed and disposed of.
    const held = value.constant
      ? this.recorder.emit('Identity', [value], { shape: value.shape, dtype: value.dtype })
      : value;
    held.numHolders += 1;
    if (held.producer) this.pending.add(held);
    const dataId = {};
    this.entries.set(dataId, { dtype, value: held, strings: null, complex: null, refCount: 1 });
    return { dataId, shape: [...value.shape], dtype };
  }

  holdComplex(real: TensorInfo, imag: TensorInfo): TensorInfo {
    const dataId = {};
    this.entries.set(dataId, {
      dtype: 'complex64',
      value: null,
      strings: null,
      complex: { real, imag },
      refCount: 1,
    });
    return { dataId, shape: [...real.shape], dtype: 'complex64' };
  }

  complexOf(tensor: TensorInfo): { readonly real: TensorInfo; readonly imag: TensorInfo } {
    return this.entries.get(tensor.dataId).complex!;
  }

  /** Runs a graph that has become too long. Called between kernels: values inside one are not held yet. */
  guardLength(): void {
    if (this.recorder.numRecorded > this.settings.maxNodes && !this.onRead) this.flush();
  }

  // Running

  /** Computes everything that live tensors still wait for. A node that fails takes only what depends on it with it. */
  flush(): void {
    this.onRead?.(this.recorder.kernel);
    const roots = [...this.pending];
    if (roots.length === 0) return;
    this.pending.clear();
    try {
      for (const leaf of this.compute(roots)) if (leaf.numHolders === 0) this.recycle(leaf);
    } catch (error) {
      if (roots.length === 1) fail(roots[0]!, error);
      else for (const root of roots) this.computeAlone(root);
    }
    this.recorder.endEpoch();
  }

  private computeAlone(root: Value): void {
    try {
      this.compute([root]);
    } catch (error) {
      fail(root, error);
    }
  }

  /** Compiles and runs what the roots need; returns the values that were there before. */
  private compute(roots: readonly Value[]): readonly Value[] {
    const plan = planFor(roots);
    requireLeaves(plan);
    let session: NativeSession;
    try {
      session = this.sessions.sessionFor(plan);
    } catch (cause) {
      throw graphError('compiled', plan, cause);
    }
    this.run(session, plan);
    for (const root of roots) root.producer = null;
    return plan.leaves;
  }

  /** Runs a compiled plan on the data of its leaves; the results become the data of its roots. */
  run(session: NativeSession, plan: Plan): void {
    const from = performance.now();
    const feeds: Feeds = {};
    const fetches: Fetches = {};
    for (const leaf of plan.leaves) {
      leaf.argument ??= argumentOf(leaf.dtype, leaf.data!, leaf.shape);
      feeds[nameOf(leaf)] = leaf.argument as Feeds[string];
    }
    for (const root of plan.roots) {
      const array = this.pool.take(root.dtype, sizeOf(root.shape));
      fetches[nameOf(root)] = array && argumentOf(root.dtype, array, root.shape);
    }
    let results: Record<string, { readonly data: unknown }>;
    try {
      results = session.run(feeds, fetches, {});
    } catch (cause) {
      throw graphError('run', plan, cause);
    }
    for (const root of plan.roots) {
      const result = results[nameOf(root)]!;
      root.data = result.data as NumericArray;
      root.argument = result;
    }
    this.numRuns += 1;
    this.runMs += performance.now() - from;
  }

  /** The numbers of a value, computed now if need be. Throws the error that it was lost to. */
  dataOf(value: Value): NumericArray {
    if (value.producer) this.flush();
    this.onRead?.(this.recorder.kernel);
    if (value.failure) throw value.failure;
    return value.data!;
  }

  stats(): BackendStats {
    return {
      numRuns: this.numRuns,
      numCompiled: this.sessions.numCompiled,
      compileMs: this.sessions.compileMs,
      serialiseMs: this.sessions.serialiseMs,
      runMs: this.runMs,
      numSessions: this.sessions.size,
      fallbacks: { ...this.fallbacks },
    };
  }

  /** One tensor less shows the value. */
  private letGo(value: Value): void {
    value.numHolders -= 1;
    if (value.numHolders > 0) return;
    this.pending.delete(value);
    // A node of this epoch may still read it: then the run that computes the node gives the array back.
    if (value.lastUse < this.recorder.epoch) this.recycle(value);
  }

  private recycle(value: Value): void {
    if (value.data && !value.isBorrowed && !value.constant) this.pool.give(value.dtype, value.data);
    value.data = null;
    value.argument = null;
  }
}

function fail(value: Value, error: unknown): void {
  value.failure = error instanceof Error ? error : new Error(String(error));
  value.producer = null;
}

function requireLeaves(plan: Plan): void {
  for (const leaf of plan.leaves) {
    if (leaf.failure) throw leaf.failure;
    if (!leaf.data)
      throw new GraphError(`an array of shape [${leaf.shape}] is needed after it was disposed of`);
  }
}

function graphError(what: string, plan: Plan, cause: unknown): GraphError {
  const said = cause instanceof Error ? cause.message : String(cause);
  // Nodes are named kernel#place, and ONNX Runtime names the node that failed.
  const place = /#(\d+)/.exec(said)?.[1];
  const node = plan.nodes[place === undefined ? plan.nodes.length - 1 : Number(place)];
  const shapes = node?.inputs.map((value) => (value ? `${value.dtype}[${value.shape}]` : 'none')).join(', ');
  const where = node ? `kernel ${node.kernel || '?'}, op ${node.op} of ${shapes}` : 'an empty graph';
  return new GraphError(`a graph of ${plan.nodes.length} nodes could not be ${what} (${where}): ${said}`, {
    cause,
  });
}

function numericArray(values: backend_util.BackendValues, dtype: DType): NumericArray {
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  if (dtype === 'int32')
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Uint8Array && !(values instanceof Uint8ClampedArray)
    ? values
    : Uint8Array.from(values as ArrayLike<number>);
}

function interleaved(real: Float32Array, imag: Float32Array): Float32Array {
  const result = new Float32Array(2 * real.length);
  for (let i = 0; i < real.length; i++) {
    result[2 * i] = real[i]!;
    result[2 * i + 1] = imag[i]!;
  }
  return result;
}
