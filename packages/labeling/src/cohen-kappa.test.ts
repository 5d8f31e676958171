import { expect, test } from 'vitest';
import { cohenKappa, type PairCell } from './cohen-kappa.js';

const cellsOf = (table: readonly (readonly number[])[]): PairCell[] =>
  table
    .flatMap((row, i) => row.map((count, j) => ({ first: `c${i}`, second: `c${j}`, count })))
    .filter(({ count }) => count > 0);

test('the psychiatric diagnoses of Fleiss 1981, table 13.1: κ = 0.676; the interval is near that of leaving items out', () => {
  const cells = cellsOf([
    [75, 1, 4],
    [5, 4, 1],
    [0, 0, 10],
  ]);
  const { kappa, interval, observed, numItems } = cohenKappa(cells);
  expect(observed).toBeCloseTo(0.89, 10);
  expect(kappa).toBeCloseTo(0.676, 3);
  expect(numItems).toBe(100);
  const without = (i: number) =>
    cohenKappa(cells.map((cell, c) => ({ ...cell, count: cell.count - Number(c === i) }))).kappa!;
  const squares = cells.reduce((sum, { count }, i) => sum + count * (without(i) - kappa!) ** 2, 0);
  expect((interval![1] - interval![0]) / 2 / (1.96 * Math.sqrt((squares * 99) / 100))).toBeCloseTo(1, 1);
});

test('who is first does not matter', () => {
  const table = [
    [20, 5],
    [10, 15],
  ];
  const turned = cellsOf(table).map(({ first, second, count }) => ({ first: second, second: first, count }));
  const [one, other] = [cohenKappa(cellsOf(table)), cohenKappa(turned)];
  expect(one.kappa).toBeCloseTo(0.4, 10);
  expect(other.kappa).toBeCloseTo(one.kappa!, 12);
  expect(other.interval![0]).toBeCloseTo(one.interval![0], 12);
});

test('two who always name the same one class agree by chance as well: no κ; perfect agreement has no interval', () => {
  expect(cohenKappa([])).toEqual({ kappa: null, interval: null, observed: null, numItems: 0 });
  expect(cohenKappa(cellsOf([[7]]))).toEqual({ kappa: null, interval: null, observed: 1, numItems: 7 });
  expect(
    cohenKappa(
      cellsOf([
        [3, 0],
        [0, 4],
      ]),
    ),
  ).toMatchObject({ kappa: 1, interval: null });
  // Each names one class of its own: they never agree, and neither would chance.
  expect(cohenKappa([{ first: 'a', second: 'b', count: 5 }])).toMatchObject({ kappa: 0, observed: 0 });
});
