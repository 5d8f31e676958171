import type { OnnxRuntimeBackend } from '@tangent/tfjs-onnxruntime';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from '../harness.js';
import { cnn } from './networks.js';
import { timeTraining } from './training.js';

/** What compiling the CNN's training step costs, once, and how much of it is writing the graph with protobufjs. */
export function measureSerialisation(b: Benchmark): void {
  const backend = tf.backend() as OnnxRuntimeBackend;
  timeTraining(cnn, { batch: 99, optimiser: 'adam', runs: 1 }); // loads and warms what is needed once
  const before = backend.stats();
  timeTraining(cnn, { batch: 100, optimiser: 'adam', runs: 1 });
  const after = backend.stats();
  b.row({
    claim: 'CNN training step: compiled once, in',
    measured: after.compileMs - before.compileMs,
    unit: 'ms',
    goal: null,
  });
  b.row({
    claim: '… of it writing the graph as ONNX, with protobufjs',
    measured: after.serialiseMs - before.serialiseMs,
    unit: 'ms',
    goal: null,
  });
}
