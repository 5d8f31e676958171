import { createRandom } from '@tangent/compute';
import { inputName, type Network } from '@tangent/networks';
import { NetworkBuilder } from './networks.js';

/** Tiny networks that together hold every kind of layer, by name; each is a function of the seed of its parameters. */
export const namedNetworks: Readonly<Record<string, (seed: number) => Network>> = {
  convolutions: (seed) =>
    new NetworkBuilder([6, 5, 2], seed)
      .conv([3, 3, 2, 4], { strides: [2, 1] })
      .activation('relu')
      .conv([2, 3, 4, 8], { padding: 'valid', hasBias: false })
      .activation('tanh')
      .conv([2, 3, 8, 4], { padding: 'valid' })
      .activation('softplus')
      .add({ type: 'flatten' })
      .dense(4, 3)
      .network(),
  'dilated convolutions': (seed) =>
    new NetworkBuilder([6, 6, 1], seed)
      .conv([3, 3, 1, 3], { dilations: [2, 1] })
      .activation('gelu')
      .conv([2, 2, 3, 2], { dilations: [1, 3], padding: 'valid' })
      .add({ type: 'pool', method: 'average', size: [2, 2], strides: [2, 1], padding: 'valid' })
      .depthwise([2, 2, 2, 1], { dilations: [1, 2] })
      .activation('tanh')
      .add({ type: 'global-pool', method: 'average' })
      .dense(2, 3)
      .network(),
  separable: (seed) =>
    new NetworkBuilder([6, 6, 2], seed)
      .conv([3, 3, 2, 3])
      .batchNorm(3)
      .activation('relu')
      .depthwise([3, 3, 3, 2], { strides: [2, 2] })
      .conv([1, 1, 6, 4], { hasBias: false })
      .batchNorm(4)
      .activation('sigmoid')
      .add({ type: 'pool', method: 'max', size: [2, 2], strides: [1, 1], padding: 'same' })
      .add({ type: 'global-pool', method: 'average' })
      .dense(4, 3)
      .network(),
  'a global maximum': (seed) =>
    new NetworkBuilder([4, 3, 2], seed)
      .conv([2, 2, 2, 4])
      .activation('tanh')
      .add({ type: 'global-pool', method: 'max' })
      .dense(4, 3)
      .network(),
  'a global maximum over tokens': (seed) =>
    new NetworkBuilder([5], seed)
      .embedding(6, 4)
      .dense(4, 4)
      .activation('softplus')
      .add({ type: 'global-pool', method: 'max' })
      .dense(4, 3)
      .network(),
  'few positions, many channels': (seed) =>
    new NetworkBuilder([2, 2, 8], seed)
      .conv([2, 2, 8, 12])
      .activation('tanh')
      .conv([1, 2, 12, 12], { hasBias: false })
      .activation('tanh')
      .add({ type: 'flatten' })
      .dense(48, 3)
      .network(),
  'a residual block and a concatenation': (seed) => {
    const builder = new NetworkBuilder([4, 4, 2], seed).conv([3, 3, 2, 3]);
    const stem = builder.end;
    builder.activation('relu').conv([3, 3, 3, 3]);
    const block = builder.end;
    builder.add({ type: 'add' }, [block, stem]).activation('tanh');
    const sum = builder.end;
    builder.conv([1, 1, 2, 2], {}, [inputName]);
    return builder
      .add({ type: 'concat' }, [sum, builder.end])
      .add({ type: 'dropout', rate: 0.5 })
      .add({ type: 'global-pool', method: 'average' })
      .layerNorm(5)
      .dense(5, 3, false)
      .network();
  },
  texts: (seed) =>
    new NetworkBuilder([6], seed)
      .embedding(5, 4)
      .layerNorm(4)
      .dense(4, 3)
      .activation('gelu')
      .add({ type: 'global-pool', method: 'average' })
      .dense(3, 3)
      .network(),
  'wide layers over tokens': (seed) =>
    new NetworkBuilder([2], seed)
      .embedding(5, 12)
      .dense(12, 16)
      .activation('tanh')
      .add({ type: 'reshape', shape: [32] })
      .dense(32, 4, false)
      .batchNorm(4)
      .activation('relu')
      .dense(4, 3)
      .network(),
};

/** n random inputs of the network: tokens where an embedding reads them, else normals. */
export function inputsOf({ inputShape, nodes }: Network, n: number, seed: number): Float32Array {
  const random = createRandom(seed).fork('inputs');
  const size = n * inputShape.reduce((product, extent) => product * extent, 1);
  const [first] = nodes;
  const vocabulary = first?.operation.type === 'embedding' ? first.operation.table.shape[0]! : null;
  return Float32Array.from({ length: size }, () =>
    vocabulary === null ? random.normal() : random.integer(vocabulary),
  );
}
