import { areaOf, m20, mean, pairedDifference, runOracle } from '@tangent/example-digits';
import type { Benchmark } from '../harness.js';
import type { Bench } from './with-stack.js';

const strategies = ['random', 'margin', 'mlmoc', 'lookahead'] as const;
/** Points over random of the prototype on m20, and half of their 95% interval; source: the notes of its measurement. */
const prototype = { margin: [2.1, 1.3], mlmoc: [1.0, 1.4], lookahead: [6.6, 0.9] } as const;

/** Held-out accuracy from 20 to 180 labels by a simulated oracle through the REST API, beside the prototype’s figures. */
export async function measureCurves(b: Benchmark, { client }: Bench, numSeeds: number): Promise<void> {
  const seeds = Array.from({ length: numSeeds }, (_, seed) => seed);
  b.seeds(seeds);
  const curves = new Map<string, number[][]>();
  for (const seed of seeds)
    for (const strategy of strategies) {
      const curve = await runOracle(client, { ...m20, strategy, seed });
      curves.set(strategy, [...(curves.get(strategy) ?? []), curve]);
      b.progress(`${strategy}, seed ${seed}: ${curve.map((a) => (100 * a).toFixed(1)).join(' ')}`);
    }
  const areas = (strategy: string) => curves.get(strategy)!.map((curve) => 100 * areaOf(curve));
  for (const strategy of strategies) {
    b.row({
      claim: `${strategy}: mean held-out accuracy, 40 … 180 labels`,
      measured: mean(areas(strategy)),
      unit: '%',
      goal: null,
    });
    if (strategy === 'random') continue;
    const { mean: points, half } = pairedDifference(areas(strategy), areas('random'));
    const [was, wasHalf] = prototype[strategy];
    b.row({
      claim: `${strategy}: points over random, ± ${half.toFixed(1)} (prototype ${was} ± ${wasHalf})`,
      measured: points,
      unit: 'points',
      goal: { atLeast: was - wasHalf },
    });
  }
  b.detail('accuracy by strategy, seed and cycle', Object.fromEntries(curves));
}
