import type { OracleRun } from './oracle-run.js';
import { areaOf, mean, pairedDifference } from './summary.js';

/** Curves of accuracy by strategy, one for each seed, in the order of the seeds. */
export type Curves = ReadonlyMap<string, readonly (readonly number[])[]>;

export interface SummaryRow {
  readonly strategy: string;
  /** In %, over the cycles after the start. */
  readonly meanAccuracy: number;
  readonly atTheEnd: number;
  /** Null for random itself, and when it did not run. */
  readonly pointsOverRandom: number | null;
  /** Half of the 95% interval; null with one seed. */
  readonly plusMinus: number | null;
}

export function summaryTable(curves: Curves): SummaryRow[] {
  const areas = (strategy: string) => curves.get(strategy)!.map(areaOf);
  return [...curves].map(([strategy, ofSeeds]) => {
    const hasPair = strategy !== 'random' && curves.has('random');
    const difference = hasPair ? pairedDifference(areas(strategy), areas('random')) : null;
    return {
      strategy,
      meanAccuracy: percent(mean(areas(strategy))),
      atTheEnd: percent(mean(ofSeeds.map((curve) => curve.at(-1)!))),
      pointsOverRandom: difference && percent(difference.mean),
      plusMinus: difference && Number.isFinite(difference.half) ? percent(difference.half) : null,
    };
  });
}

/** By strategy: the mean over the seeds at each number of labels. */
export function curveTable(
  curves: Curves,
  { numStart, batchSize }: Pick<OracleRun, 'numStart' | 'batchSize'>,
): Record<string, Record<string, number>> {
  const row = (ofSeeds: readonly (readonly number[])[]) =>
    Object.fromEntries(
      ofSeeds[0]!.map((_, cycle) => [
        String(numStart + cycle * batchSize),
        percent(mean(ofSeeds.map((curve) => curve[cycle]!))),
      ]),
    );
  return Object.fromEntries([...curves].map(([strategy, ofSeeds]) => [strategy, row(ofSeeds)]));
}

const percent = (share: number) => Math.round(1000 * share) / 10;
