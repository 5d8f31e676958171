import { expect, it } from 'vitest';
import { inputName, type Network, type NetworkNode } from './network.js';
import { residualNetwork, textNetwork } from './testing/random-networks.js';
import { vocabularyOf } from './vocabulary.js';

it('is that of the smallest table that reads the inputs, and none where nothing looks them up', () => {
  expect(vocabularyOf(residualNetwork(1))).toBeNull();
  const network = textNetwork(1);
  expect(vocabularyOf(network)).toBe(7);
  const small: NetworkNode = {
    name: 'few words',
    operation: { type: 'embedding', table: { shape: [3, 4], values: new Float32Array(12) } },
    inputs: [inputName],
  };
  const both: Network = { ...network, nodes: [small, ...network.nodes] };
  expect(vocabularyOf(both)).toBe(3);
});
