import { quantile95 } from './quantile.js';

// Items u with m_u ≥ 2 answers; n_uc of them name class c; n_c = Σ_u n_uc, n = Σ_c n_c. Skips are no answers.

/** Sums over all items with the same number of answers: what every coefficient below is made of, whatever the pool's size. */
export interface AnswerCounts {
  /** m ≥ 2. */
  readonly answersPerItem: number;
  readonly numItems: number;
  readonly classes: readonly ClassCounts[];
}

export interface ClassCounts {
  readonly classKey: string;
  /** Σ_u n_uc. */
  readonly numAnswers: number;
  /** Σ_u n_uc(n_uc − 1): ordered pairs of answers of one item that both name the class. */
  readonly numEqualPairs: number;
}

/** A coefficient of agreement beyond chance: 1 for perfect agreement, 0 for that of chance. */
export interface Agreement {
  /** null: not defined, because no item has two answers, or all answers name one class. */
  readonly value: number | null;
  readonly numItems: number;
  readonly numAnswers: number;
  /** Share of the pairs of answers of one item that name the same class, each item counted once; null without a pair. */
  readonly observed: number | null;
}

export interface AgreementOfClasses extends Agreement {
  /** The same coefficient for “this class or another”, in the order of the class keys. */
  readonly classes: readonly { readonly classKey: string; readonly value: number | null }[];
}

/**
 * Krippendorff's α for classes without an order, with any number of answers an item: α = 1 − (n − 1) D/E, where
 * D = Σ_c (n_c − o_cc) with o_cc = Σ_u n_uc(n_uc − 1)/(m_u − 1), and E = n² − Σ n_c². Source: Krippendorff 2011.
 */
export function krippendorffAlpha(counts: readonly AnswerCounts[]): AgreementOfClasses {
  const byClass = new Map<string, { numAnswers: number; coincidences: number }>();
  let numItems = 0;
  let agreeing = 0;
  for (const { answersPerItem: m, numItems: ofThese, classes } of counts) {
    numItems += ofThese;
    for (const { classKey, numAnswers, numEqualPairs } of classes) {
      const sums = byClass.get(classKey) ?? { numAnswers: 0, coincidences: 0 };
      byClass.set(classKey, sums);
      sums.numAnswers += numAnswers;
      sums.coincidences += numEqualPairs / (m - 1);
      agreeing += numEqualPairs / (m * (m - 1));
    }
  }
  const sums = [...byClass].sort(([a], [b]) => (a < b ? -1 : 1));
  const n = sums.reduce((sum, [, { numAnswers }]) => sum + numAnswers, 0);
  const disagreeing = sums.reduce((sum, [, c]) => sum + c.numAnswers - c.coincidences, 0);
  const expected = sums.reduce((sum, [, { numAnswers }]) => sum + numAnswers * (n - numAnswers), 0);
  return {
    value: expected === 0 ? null : 1 - ((n - 1) * disagreeing) / expected,
    numItems,
    numAnswers: n,
    observed: numItems === 0 ? null : agreeing / numItems,
    classes: sums.map(([classKey, { numAnswers, coincidences }]) => {
      const ofTwo = numAnswers * (n - numAnswers);
      return { classKey, value: ofTwo === 0 ? null : 1 - ((n - 1) * (numAnswers - coincidences)) / ofTwo };
    }),
  };
}

/**
 * Fleiss' κ of items with m answers each, by whomever: κ = (P̄ − Σ p_c²)/(1 − Σ p_c²). Source: Fleiss 1971, also for the
 * κ of single classes.
 */
export function fleissKappa({ answersPerItem: m, numItems, classes }: AnswerCounts): AgreementOfClasses {
  const n = numItems * m;
  const share = ({ numAnswers }: ClassCounts) => numAnswers / n;
  const observed = classes.reduce((sum, { numEqualPairs }) => sum + numEqualPairs, 0) / (n * (m - 1));
  const left = classes.reduce((sum, c) => sum + share(c) * (1 - share(c)), 0);
  return {
    value: left === 0 ? null : 1 - (1 - observed) / left,
    numItems,
    numAnswers: n,
    observed: n === 0 ? null : observed,
    classes: classes
      .toSorted((a, b) => (a.classKey < b.classKey ? -1 : 1))
      .map((c) => {
        const chance = n * (m - 1) * share(c) * (1 - share(c));
        const apart = (m - 1) * c.numAnswers - c.numEqualPairs;
        return { classKey: c.classKey, value: chance === 0 ? null : 1 - apart / chance };
      }),
  };
}

/** The items that Fleiss' κ is of: those with the most frequent number of answers, of equally frequent ones the larger. */
export function mostFrequentCounts(counts: readonly AnswerCounts[]): AnswerCounts | null {
  return (
    counts.toSorted((a, b) => b.numItems - a.numItems || b.answersPerItem - a.answersPerItem).at(0) ?? null
  );
}

/**
 * Sums over items of products of m, d and s: d_u = m_u − Σ_c n_uc(n_uc − 1)/(m_u − 1), how much an item's answers differ, and
 * s_u = Σ_c (n_c/n) n_uc.
 */
export interface AgreementMoments {
  readonly numItems: number;
  /** Σm, Σd and Σ_c (n_c/n)². */
  readonly m: number;
  readonly d: number;
  readonly concentration: number;
  readonly mm: number;
  readonly md: number;
  readonly ms: number;
  readonly dd: number;
  readonly ds: number;
  readonly ss: number;
}

/**
 * 95% interval of α or of Fleiss' κ over the drawing of items: both are 1 − nD/E but for a factor (n − 1)/n, a smooth
 * function of sums over items, whose variance is that of its linearisation (the infinitesimal jackknife). Null for fewer
 * than two items, and where all answers agree: there it would be a point, and of no use. Rough below some 30 items.
 */
export function agreementInterval(value: number, moments: AgreementMoments): [number, number] | null {
  const { numItems, m: n, d: disagreeing, concentration, mm, md, ms, dd, ds, ss } = moments;
  const expected = n * n * (1 - concentration);
  if (numItems < 2 || disagreeing === 0 || !(expected > 0)) return null;
  // ∂(1 − nD/E) by an item's weight is am + bd + cs; its sum over the items is 0.
  const c = (2 * n * n * disagreeing) / expected ** 2;
  const [a, b] = [disagreeing / expected - c, n / expected];
  const squares = a * a * mm + b * b * dd + c * c * ss + 2 * (a * b * md + a * c * ms + b * c * ds);
  const half = quantile95 * Math.sqrt(Math.max(0, (squares * numItems) / (numItems - 1)));
  return [Math.max(-1, value - half), Math.min(1, value + half)];
}
