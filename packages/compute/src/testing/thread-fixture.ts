import * as tf from '@tensorflow/tfjs-core';
import type { ComputeContext } from '../compute-thread.js';
import { chooseEngine } from '../engine.js';
import { serveComputeThread } from '../serve-compute-thread.js';

class OddError extends Error {
  readonly code = 'odd';
  // Functions cannot be cloned between threads.
  readonly fix = () => undefined;
}

let numCalls = 0;
const kept = new Float64Array([1, 2, 3]);

/** What the thread of compute-thread.test.ts offers. */
export const handlers = {
  multiply: ({ a, b }: { a: number[][]; b: number[][] }) =>
    Array.from(tf.tidy(() => tf.matMul(a, b).dataSync())),
  countCalls: () => ++numCalls,
  keptNumbers: () => kept,
  double(values: Float64Array, context: ComputeContext) {
    const doubled = values.map((v) => 2 * v);
    context.transfer(doubled);
    return { doubled };
  },
  countSteps(numSteps: number, context: ComputeContext) {
    for (let step = 1; step <= numSteps; step++) context.progress(step, numSteps);
    return numSteps;
  },
  untilCancelled(_: null, context: ComputeContext) {
    context.progress(0, 1);
    const { checkCancelled } = context;
    for (;;) checkCancelled();
  },
  fail() {
    throw new OddError('seven is odd');
  },
  answerWithFunction: () => () => undefined,
  exit: (code: number) => process.exit(code),
  async reject() {
    setImmediate(() => {
      throw new Error('lost its way');
    });
    await new Promise(() => undefined);
  },
};

serveComputeThread(handlers, async (data) => {
  if ((data as { isBroken?: boolean } | undefined)?.isBroken) throw new Error('cannot prepare');
  await chooseEngine({ engine: 'wasm' });
});
