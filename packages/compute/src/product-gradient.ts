import '@tangent/tfjs-onnxruntime/gradients'; // the one that is replaced must be there
import * as tf from '@tensorflow/tfjs-core';

const kernelName = 'BatchMatMul';
let isReplaced = false;

/**
 * On wasm, gradients of plain products take transposed copies: its transposing product is a plain loop, 20 times slower.
 * Other engines and other products keep the gradient of tfjs.
 */
export function replaceProductGradient(): void {
  if (isReplaced) return;
  isReplaced = true;
  const original = tf.getGradient(kernelName)!;
  tf.registerGradient({
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const isPlain = !attributes.transposeA && !attributes.transposeB && a.rank === 2 && b.rank === 2;
      if (tf.getBackend() !== 'wasm' || !isPlain) return original.gradFunc(dy, saved, attributes);
      return {
        a: () => tf.matMul(dy as tf.Tensor2D, tf.transpose(b)),
        b: () => tf.matMul(tf.transpose(a) as tf.Tensor2D, dy as tf.Tensor2D),
      };
    },
  });
}
