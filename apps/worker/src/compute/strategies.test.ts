import { strategies } from '@tangent/acquisition';
import { strategyNames } from '@tangent/contracts';
import { expect, test } from 'vitest';

test('the contract names every strategy of the registry, in its order', () => {
  expect(strategies.map(({ name }) => name)).toEqual([...strategyNames]);
});
