import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from './architectures/build-network.js';
import { embeddingsOf, predictNetwork } from './predict-network.js';
import { naiveOutputs } from './testing/naive-mlp.js';
import { twoMoons } from './testing/two-moons.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

describe('prediction', () => {
  const { x } = twoMoons(10, 2);
  const network = buildNetwork({ kind: 'mlp', hidden: [7, 5], activation: 'relu', headScale: 1 }, [2], 3, 3);

  it('is that of the definition, whatever the chunks', () => {
    const expected = Array.from({ length: 10 }, (_, i) =>
      naiveOutputs(network, x.subarray(2 * i, 2 * i + 2)),
    ).flat();
    for (const chunk of [1, 3, 10, 4096])
      expectClose(predictNetwork(network, x, 10, chunk), expected, { rtol: 1e-4, atol: 1e-5 });
    expect(predictNetwork(network, new Float32Array(), 0)).toHaveLength(0);
    expect(() => predictNetwork(network, x, 11)).toThrow('20 numbers do not make 11 examples of 2 inputs');
  });

  it('gives the input of the last layer, which is the input itself for a linear model', () => {
    const hidden = { ...network, nodes: network.nodes.slice(0, -1) };
    const expected = Array.from({ length: 10 }, (_, i) =>
      naiveOutputs(hidden, x.subarray(2 * i, 2 * i + 2)),
    ).flat();
    const { values, width } = embeddingsOf(network, x, 10, 4);
    expect(width).toBe(5);
    expectClose(values, expected, { rtol: 1e-4, atol: 1e-5 });
    expect(embeddingsOf(buildNetwork({ kind: 'linear' }, [2], 3, 1), x, 10)).toEqual({ values: x, width: 2 });
  });
});
