import { strategies } from '@tangent/acquisition';
import { coldStrategyNames, strategyNames } from '@tangent/contracts';
import { expect, test } from 'vitest';

test('the contract names every strategy of the registry, in its order', () => {
  expect(strategies.map(({ name }) => name)).toEqual([...strategyNames]);
});

test('the contract knows the strategies that need no model', () => {
  const cold = strategies.filter(({ coldStart }) => coldStart);
  expect(cold.map(({ name }) => name)).toEqual([...coldStrategyNames]);
});
