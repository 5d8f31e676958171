import { expect, test } from 'vitest';
import { affordable } from './lab-budget.js';

const mebibyte = 2 ** 20;

/** Times of a + b n² milliseconds; and how many items were computed, run by run. */
function machine(a: number, b: number) {
  const runs: number[] = [];
  const timeOf = (n: number) => {
    runs.push(n);
    return a + b * n ** 2;
  };
  return { runs, timeOf };
}

test('what fits and is fast is taken whole; small samples do without a pilot', () => {
  const { runs, timeOf } = machine(1, 0.01);
  const whole = { kind: 'affordable', bound: null };
  expect(affordable({ numGiven: 200, bytesPerItem: mebibyte, timeOf })).toEqual({ ...whole, n: 200 });
  expect(runs).toEqual([8, 8, 8, 16, 16, 16]);
  expect(affordable({ numGiven: 8, bytesPerItem: mebibyte, timeOf })).toEqual({ ...whole, n: 8 });
  expect(runs).toHaveLength(6);
});

test('gradients that do not fit are never computed, not for a pilot either', () => {
  const { runs, timeOf } = machine(1, 0);
  expect(affordable({ numGiven: 200, bytesPerItem: 100 * mebibyte, timeOf })).toEqual({
    kind: 'too-large',
    reason: expect.stringContaining('100 MiB, and the laboratory keeps 512 MiB of them: those of 5 items'),
  });
  expect(runs).toEqual([]);
  const bound = 'the gradients of more items would take more than 512 MiB';
  const twelve = { numGiven: 200, bytesPerItem: 42 * mebibyte, timeOf };
  expect(affordable(twelve)).toEqual({ kind: 'affordable', n: 12, bound });
  expect(runs).toEqual([8, 8, 8]);
});

test('slow networks get as many items as four seconds pay, and pilots that have spent their time are not repeated', () => {
  const bound = 'the eNTK of more items would take more than 4 seconds';
  const given = { numGiven: 200, bytesPerItem: mebibyte };
  const fair = machine(100, 1);
  expect(affordable({ ...given, timeOf: fair.timeOf })).toEqual({ kind: 'affordable', n: 61, bound });
  const slow = machine(0, 2500 / 64);
  expect(affordable({ ...given, timeOf: slow.timeOf })).toEqual({ kind: 'affordable', n: 10, bound });
  expect(slow.runs).toEqual([8]);
  const slowest = machine(0, 9000 / 64);
  expect(affordable({ ...given, timeOf: slowest.timeOf })).toEqual({ kind: 'affordable', n: 8, bound });
  expect(slowest.runs).toEqual([8]);
});
