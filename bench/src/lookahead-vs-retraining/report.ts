import { figures } from '../curves/report-curves.js';
import type { Benchmark } from '../harness.js';
import { rounded } from '../results/numbers.js';
import { type Estimate, estimate } from '../statistics.js';
import { empirical, type Method, methods } from './look-ahead.js';
import { type Reference, references } from './retrain.js';

export const numTop = 20;
const leastSpeed = 10_000;

/** The pseudo-NTK for as long as the reference trains, where that is gradient descent. */
export const finiteTime = 'pNTK, finite time';
export type Compared = Method | typeof finiteTime;

export function comparedWith({ optimizer }: Reference): readonly Compared[] {
  return optimizer.type === 'sgd' ? [...methods, finiteTime] : methods;
}

export interface Agreement {
  readonly rho: number;
  readonly overlap: number;
}

export interface Times {
  readonly numScored: number;
  readonly msPerCandidate: number;
  /** Absent where the kernel of another method is taken. */
  readonly msToBuild?: number;
}

export interface SeedResult {
  /** By `agreementKey`. */
  readonly agreements: Readonly<Record<string, Agreement>>;
  readonly times: Readonly<Record<Compared, Times>>;
  /** A candidate, by the first reference. */
  readonly retrainingMs: number;
}

export function agreementKey(method: Compared, { name }: Reference): string {
  return `${method}, ${name}`;
}

const isEmpirical = (method: Compared) =>
  method === finiteTime || (empirical as readonly string[]).includes(method);

/** Rows and diagrams of all seeds. */
export function report(benchmark: Benchmark, seeds: readonly SeedResult[]): void {
  const of = (value: (seed: SeedResult) => number) => estimate(seeds.map(value));
  const rho = (method: Compared, reference: Reference) =>
    of(({ agreements }) => agreements[agreementKey(method, reference)]!.rho);
  const overlap = (method: Compared, reference: Reference) =>
    of(({ agreements }) => agreements[agreementKey(method, reference)]!.overlap);
  /** Of one method over another, in pairs of seeds. */
  const lead = (method: Compared, other: Compared, reference: Reference) =>
    of(
      ({ agreements }) =>
        agreements[agreementKey(method, reference)]!.rho - agreements[agreementKey(other, reference)]!.rho,
    );
  const best = (some: readonly Compared[], reference: Reference) =>
    some.reduce((a, b) => (rho(b, reference).mean > rho(a, reference).mean ? b : a));
  const speed = (method: Compared) =>
    of(({ retrainingMs, times }) => retrainingMs / times[method].msPerCandidate);
  const row = (
    claim: string,
    measured: Estimate,
    unit: string,
    goal: { atLeast: number } | null = null,
    tried?: string,
  ) =>
    benchmark.row({
      claim,
      ...figures(measured),
      numRuns: seeds.length,
      unit,
      goal,
      ...(tried && { tried }),
    });

  const [promised, , longer] = references;
  reportPromise();
  for (const reference of references) {
    const { name, epochs, optimizer } = reference;
    const compared = comparedWith(reference);
    for (const method of compared) {
      row(`${method} against ${name}: Spearman’s ρ`, rho(method, reference), '');
      row(`… of the ${numTop} largest changes, found`, overlap(method, reference), `of ${numTop}`);
    }
    const ours = best(compared.filter(isEmpirical), reference);
    const theirs = best(
      compared.filter((method) => !isEmpirical(method)),
      reference,
    );
    const isAdam = optimizer.type === 'adam' && epochs === promised!.epochs;
    row(
      `best empirical NTK (${ours}) over the best other (${theirs}), ${name}: ρ`,
      lead(ours, theirs, reference),
      '',
      isAdam ? { atLeast: 0 } : null,
      isAdam
        ? 'kernels preconditioned by the second moments of Adam, kernels of the signs of gradients, and other ridges, on the first seed: the differences are noise. Adam is no descent along the kernel, so that no kernel of the trained network has an advantage; the service trains with Adam.'
        : undefined,
    );
  }

  row(
    `retraining (${promised!.name}), a candidate`,
    of(({ retrainingMs }) => retrainingMs),
    'ms',
  );
  for (const method of [...methods, finiteTime] as const) {
    row(
      `${method}: score of a candidate`,
      of(({ times }) => 1000 * times[method].msPerCandidate),
      'µs',
    );
    row(
      '… faster than retraining, the state being there',
      speed(method),
      '×',
      method === 'pNTK' ? { atLeast: leastSpeed } : null,
      'the covariances of all candidates with the evaluation items are kept, and scored in one pass over them.',
    );
    if (method === finiteTime) continue;
    row(
      `… with gradients, kernel and state, shared by ${seeds[0]!.times[method].numScored} candidates`,
      of(({ retrainingMs, times }) => {
        const { msToBuild = 0, numScored, msPerCandidate } = times[method];
        return retrainingMs / (msToBuild / numScored + msPerCandidate);
      }),
      '×',
    );
  }
  plotAgreement();
  plotSpeed();

  /** Both halves of the promise in one row: as fast, and the best of the four at the epochs that it names. */
  function reportPromise(): void {
    const reference = promised!;
    const fast = methods.filter((method) => isEmpirical(method) && speed(method).mean >= leastSpeed);
    const theirs = best(
      methods.filter((method) => !isEmpirical(method)),
      reference,
    );
    const ours = fast.length > 0 ? best(fast, reference) : null;
    const four = `{${methods.join(', ')}}`;
    const oursLonger =
      ours ??
      best(
        methods.filter((method) => isEmpirical(method)),
        longer!,
      );
    const theirsLonger = best(
      methods.filter((method) => !isEmpirical(method)),
      longer!,
    );
    const text = (method: Compared, by: Reference) => `${method} ${rounded(rho(method, by).mean)}`;
    row(
      ours
        ? `≥ ${leastSpeed.toLocaleString('en')}× faster than retraining (${reference.name}), and of ${four} the best agreement: ρ of the best empirical NTK that is as fast (${ours}) less that of the best other (${theirs})`
        : `≥ ${leastSpeed.toLocaleString('en')}× faster than retraining (${reference.name}), and of ${four} the best agreement: no empirical NTK is as fast; ρ of the best other (${theirs}), negative`,
      ours
        ? lead(ours, theirs, reference)
        : of(({ agreements }) => -agreements[agreementKey(theirs, reference)]!.rho),
      '',
      { atLeast: 0 },
      `the pseudo-NTK at finite time (the steps of the reference in function space): ρ ${rounded(rho(finiteTime, reference).mean)}, the best of all, but only ${rounded(speed(finiteTime).mean)}× faster; and ${longer!.epochs} epochs of retraining: ${text(oursLonger, longer!)} beside ${text(theirsLonger, longer!)}. After ${reference.epochs} epochs training is nearer to its first step than to its end, which is what the kernels look at.`,
    );
  }

  function plotAgreement(): void {
    benchmark.plot({
      kind: 'estimates',
      name: 'agreement',
      title: 'Agreement with real retraining, with 95% intervals',
      label: 'Spearman’s ρ',
      estimates: references.flatMap((reference) =>
        comparedWith(reference).map((method) => {
          const { measured, ...interval } = figures(rho(method, reference));
          return { name: agreementKey(method, reference), value: measured, ...interval };
        }),
      ),
    });
  }

  function plotSpeed(): void {
    benchmark.plot({
      name: 'speed',
      title: `Agreement over speed, ${promised!.name}`,
      x: { label: 'times faster than retraining, the state being there', scale: 'log' },
      y: { label: 'Spearman’s ρ', scale: 'linear' },
      series: comparedWith(promised!).map((method) => {
        const { mean, plusMinus } = rho(method, promised!);
        const interval = Number.isFinite(plusMinus) ? { low: mean - plusMinus, high: mean + plusMinus } : {};
        return { name: method, points: [{ x: speed(method).mean, y: mean, ...interval }] };
      }),
    });
  }
}
