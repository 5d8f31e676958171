import { expect, test } from 'vitest';
import { reasonFor } from './reason.js';
import { strategyNamed } from './registry.js';

const classNames = ['four', 'nine', 'one'];
const torn = Float64Array.of(0.45, 0.4, 0.15);
const sure = Float64Array.of(0.1, 0.8, 0.1);

test('a reason says between what the model is torn, and what a label settles', () => {
  const strategy = strategyNamed('lookahead');
  expect(reasonFor({ strategy, classNames, probabilities: torn, varianceShare: 0.031 })).toBe(
    'The model is torn between four and nine (45% to 40%); a label here settles 3.1% of what is uncertain in the pool.',
  );
  expect(reasonFor({ strategy, classNames, probabilities: sure, varianceShare: null })).toBe(
    'The model leans to nine (80%).',
  );
});

test('a reason says what the strategy looks for', () => {
  const says = (name: string) =>
    reasonFor({ strategy: strategyNamed(name), classNames, probabilities: sure, varianceShare: null });
  expect(says('random')).toBe('Drawn at random.');
  expect(says('typiclust')).toBe('Typical of a group of similar items that has no label yet.');
  expect(says('margin')).toBe('The model leans to nine (80%).');
  expect(says('coreset')).toBe('The model leans to nine (80%); it is far from everything that has a label.');
});
