import { quantile95 } from './quantile.js';

/** How often one annotator gave `first` and the other `second` to the same item. */
export interface PairCell {
  readonly first: string;
  readonly second: string;
  readonly count: number;
}

export interface PairAgreement {
  /** Cohen's κ; null where both always name the same one class, or there is no common item. */
  readonly kappa: number | null;
  /** 95%; null where κ is, and where it would be a point: all answers agree, or one item. */
  readonly interval: [number, number] | null;
  /** Share of the common items to which both gave the same class; null without one. */
  readonly observed: number | null;
  readonly numItems: number;
}

/**
 * Cohen's κ of two annotators from the table of their common items: (p_o − p_e)/(1 − p_e) with p_e from each one's own
 * shares. The interval is that of the large-sample variance of Fleiss, Cohen & Everitt 1969. Cost: the cells that are not 0.
 * Source: Cohen 1960.
 */
export function cohenKappa(cells: readonly PairCell[]): PairAgreement {
  const numItems = cells.reduce((sum, { count }) => sum + count, 0);
  if (numItems === 0) return { kappa: null, interval: null, observed: null, numItems };
  const [rows, columns] = [new Map<string, number>(), new Map<string, number>()];
  let observed = 0;
  for (const { first, second, count } of cells) {
    const share = count / numItems;
    rows.set(first, (rows.get(first) ?? 0) + share);
    columns.set(second, (columns.get(second) ?? 0) + share);
    if (first === second) observed += share;
  }
  const rowOf = (key: string) => rows.get(key) ?? 0;
  const columnOf = (key: string) => columns.get(key) ?? 0;
  // Of whole numbers, so that it is exact whether all answers name one class.
  if (rows.size === 1 && columns.size === 1 && rows.has([...columns.keys()][0]!))
    return { kappa: null, interval: null, observed, numItems };
  const expected = [...rows].reduce((sum, [key, share]) => sum + share * columnOf(key), 0);
  const kappa = (observed - expected) / (1 - expected);
  let sum = 0;
  for (const { first, second, count } of cells) {
    const share = count / numItems;
    sum +=
      first === second
        ? share * (1 - (rowOf(first) + columnOf(first)) * (1 - kappa)) ** 2
        : share * (1 - kappa) ** 2 * (columnOf(first) + rowOf(second)) ** 2;
  }
  const variance = (sum - (kappa - expected * (1 - kappa)) ** 2) / (numItems * (1 - expected) ** 2);
  const hasSpread = numItems > 1 && cells.some(({ first, second }) => first !== second);
  const half = quantile95 * Math.sqrt(Math.max(0, variance));
  return {
    kappa,
    interval: hasSpread ? [Math.max(-1, kappa - half), Math.min(1, kappa + half)] : null,
    observed,
    numItems,
  };
}
