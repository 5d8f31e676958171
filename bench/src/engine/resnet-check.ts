import { backendName } from '@tangent/tfjs-onnxruntime';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from '../harness.js';
import { resnet18 } from './networks.js';
import { numbers } from './numbers.js';

/**
 * ResNet-18, a quarter as wide, on four images: loss and gradients beside those of tfjs's cpu backend. With softplus in
 * place of relu: where an input of relu is 1e-7, the last bit decides about its gradient, on either backend.
 */
export async function checkResnet(b: Benchmark): Promise<void> {
  const compute = async (backend: string) => {
    await tf.setBackend(backend);
    const network = resnet18(16, tf.softplus);
    const shape = [4, ...network.inputShape];
    const arrays = tf.tidy(() => {
      const x = tf.tensor(numbers(shape), shape);
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(tf.oneHot([1, 7, 0, 3], 10), network.f(x, true)) as tf.Scalar,
        [...network.parameters],
      );
      return [value, ...network.parameters.map(({ name }) => grads[name]!)].map((tensor) =>
        Float32Array.from(tensor.dataSync()),
      );
    });
    tf.dispose([...network.parameters, ...network.others]);
    return arrays;
  };
  const expected = await compute('cpu');
  const actual = await compute(backendName);
  const error = Math.max(
    ...actual.map((array, at) => {
      const scale = expected[at]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return array.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[at]![i]!)), 0) / scale;
    }),
  );
  b.row({
    claim: 'ResNet-18, loss and gradients (softplus) beside tfjs cpu: largest relative error',
    measured: error,
    unit: '',
    goal: { atMost: 1e-4 },
  });
}
