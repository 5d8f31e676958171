import { expect, it } from 'vitest';
import { parametersOf } from './network.js';
import { countParameters, embeddingNode, withParameters } from './parameters.js';
import { residualNetwork, textNetwork } from './testing/random-networks.js';

const network = residualNetwork(1);

it('statistics of batch norms are no trained parameters', () => {
  const convolutions = 9 * 2 * 4 + 9 * 4 * 4 + (9 * 4 * 2 + 8);
  expect(countParameters(network)).toBe(convolutions + 2 * 8 + (12 * 5 + 5) + (5 * 3 + 3));
  expect(countParameters(textNetwork(1))).toBe(7 * 4 + 2 * 4 + 4 * 3 + 3);
});

it('a network takes other numbers by name and keeps the rest; the old one stays as it is', () => {
  const bias = Float32Array.of(1, 2, 3);
  const mean = Float32Array.of(4, 5, 6, 7);
  const before = structuredClone(network);
  const changed = withParameters(
    network,
    new Map([
      ['head.bias', bias],
      ['stem_norm.mean', mean],
    ]),
  );
  expect(network).toEqual(before);
  const parametersAt = (name: string) =>
    parametersOf(changed.nodes.find((node) => node.name === name)!.operation);
  expect(parametersAt('head').bias).toEqual({ shape: [3], values: bias });
  expect(parametersAt('stem_norm').mean!.values).toBe(mean);
  expect(withParameters(changed, new Map())).toEqual(changed);
  const back = new Map(
    ['head', 'stem_norm'].flatMap((name) => {
      const { operation } = network.nodes.find((node) => node.name === name)!;
      return Object.entries(parametersOf(operation)).map(
        ([p, { values }]) => [`${name}.${p}`, values] as const,
      );
    }),
  );
  expect(withParameters(changed, back)).toEqual(network);
});

it('a name or a length that does not fit is an error', () => {
  const replace = (name: string, length: number) => () =>
    withParameters(network, new Map([[name, new Float32Array(length)]]));
  expect(replace('head.weights', 3)).toThrow('the network has no parameter head.weights');
  expect(replace('head.bias', 4)).toThrow('head.bias has the shape [3], which 4 numbers do not fill');
});

it('the embedding is what the last layer reads', () => {
  expect(embeddingNode(network)).toBe('dropout');
  expect(embeddingNode({ inputShape: [3], nodes: network.nodes.slice(0, 1) })).toBe('input');
});
