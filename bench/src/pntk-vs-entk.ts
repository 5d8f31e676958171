// How well does one scalar kernel stand for the k×k blocks of the empirical NTK, and a sketch for the kernel?
// npm run bench -- pntk-vs-entk [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine } from '@tangent/compute';
import { buildNetwork, defaultMlp, defaultTraining, type NetworkConfig, trainNetwork } from '@tangent/models';
import type { Network } from '@tangent/networks';
import { takeRows } from '@tangent/ntk';
import { figures } from './curves/report-curves.js';
import { openMnist } from './data/open-set.js';
import { type Benchmark, median, type PlotPoint, runBenchmark } from './harness.js';
import {
  compareKernels,
  type KernelComparison,
  type KernelTimes,
  type Sample,
  sketchErrors,
} from './pntk-vs-entk/measure.js';
import { slope } from './scale/growth.js';
import { drawPool } from './simulation/pool.js';
import { m100 } from './simulation/settings.js';
import { type Estimate, estimate } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const widths = args.quick ? [32, 64] : [64, 128, 256, 512, 1024, 2048];
const steps = args.quick ? [0, 10] : [0, 10, 30, 100, 300, 1000];
const dimensions = args.quick ? [128, 256] : [128, 256, 512, 1024, 2048, 4096];
const seeds = args.quick ? [0] : [0, 1, 2];
const numItems = args.quick ? 20 : 90;
const numSketched = args.quick ? 60 : 400;
const trainedWidth = 256;

await runBenchmark(
  'pntk-vs-entk',
  async (benchmark) => {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    const { data, note } = await openMnist();
    if (note) benchmark.note(note);
    benchmark.seeds(seeds);
    benchmark.note(
      `MNIST, ${numItems} items (two thirds to learn from), networks with an unscaled head; no layer is balanced. The pseudo-NTK is that of the head sum unless trace is said. Errors are relative.`,
    );
    const pools = seeds.map((seed) => drawPool(data, { ...m100, poolSize: 1500, numHeld: 10 }, seed));
    const sampleOf = (seed: number, count: number): Sample => {
      const pool = pools[seed]!;
      return {
        x: pool.x.slice(0, count * pool.numInputs),
        classes: pool.classes.slice(0, count),
        numClasses: pool.numClasses,
        numTrain: Math.floor((2 * count) / 3),
      };
    };
    /** A network, trained for some steps on 500 items that no sample holds. */
    const networkOf = (
      config: NetworkConfig,
      inputShape: readonly number[],
      seed: number,
      numSteps: number,
    ): Network => {
      const pool = pools[seed]!;
      const fresh = buildNetwork(config, inputShape, pool.numClasses, seed);
      if (numSteps === 0) return fresh;
      const rows = Int32Array.from({ length: 500 }, (_, i) => 1000 + i);
      const taught = { x: takeRows(pool.x, pool.numInputs, rows), classes: pool.classes.slice(1000, 1500) };
      return trainNetwork(fresh, taught, { ...defaultTraining, steps: numSteps }, seed).network;
    };
    const mlp = (width: number): NetworkConfig => ({ ...defaultMlp, hidden: [width], headScale: 1 });
    const compare = (config: NetworkConfig, inputShape: readonly number[], numSteps: number) =>
      seeds.map((seed) =>
        compareKernels(networkOf(config, inputShape, seed, numSteps), sampleOf(seed, numItems)),
      );

    const byWidth = widths.map((width) => {
      benchmark.progress(`width ${width}`);
      return compare(mlp(width), [784], 0);
    });
    reportComparisons(
      benchmark,
      byWidth,
      widths.map((width) => `MLP 784-${width}-10, at initialisation`),
    );
    plotErrors(benchmark, byWidth, widths, {
      name: 'width',
      title: 'Pseudo-NTK against eNTK over width',
      label: 'width of the hidden layer',
      scale: 'log',
    });
    const slopeOf = (error: (of: KernelComparison) => number) =>
      estimate(
        seeds.map((_, s) =>
          slope(
            widths,
            byWidth.map((of) => error(of[s]!)),
          ),
        ),
      );
    for (const [what, error] of [
      ['error of sum over width', ({ errors }: KernelComparison) => errors.sum],
      ['… without the last layer', ({ hiddenError }: KernelComparison) => hiddenError],
    ] as const)
      benchmark.row({
        claim: `${what}: slope in the logarithms (theory: at most −1/2)`,
        ...figures(slopeOf(error)),
        numRuns: seeds.length,
        unit: '',
        goal: null,
      });
    benchmark.note(
      'The last layer’s part of the eNTK is the same for every output, so that a pseudo-NTK has it exactly, and here (weights of variance 2/width, no factor in front of the layers) it grows beside the others with the width: the error of the whole kernel falls faster than that of the layers before.',
    );

    const byStep = steps.map((count) => {
      benchmark.progress(`${count} steps`);
      return compare(mlp(trainedWidth), [784], count);
    });
    reportComparisons(
      benchmark,
      byStep,
      steps.map((count) => `MLP 784-${trainedWidth}-10, after ${count} steps`),
    );
    plotErrors(benchmark, byStep, steps, {
      name: 'training',
      title: 'Pseudo-NTK against eNTK during training',
      label: 'training steps',
      scale: 'linear',
    });

    benchmark.progress('CNN');
    const cnn: NetworkConfig = { kind: 'cnn', channels: [8, 16], hidden: 64, headScale: 1 };
    reportComparisons(benchmark, [compare(cnn, [28, 28, 1], 100)], ['CNN 8-16-64, after 100 steps']);

    const bySketch = (['product', 'kronecker'] as const).map((method) => {
      benchmark.progress(`${method} sketches`);
      const errors = seeds.map((seed) =>
        sketchErrors(
          networkOf(mlp(trainedWidth), [784], seed, 100),
          sampleOf(seed, numSketched),
          dimensions,
          { seed, method },
        ).map((error) => 100 * error),
      );
      benchmark.detail(`errors of the ${method} sketch by seed and dimension, %`, errors);
      const bySize = dimensions.map((_, i) => estimate(errors.map((of) => of[i]!)));
      dimensions.forEach((dimension, i) => {
        benchmark.row({
          claim: `${method} sketch of ${dimension} features against the exact kernel, ${numSketched} items: error`,
          ...figures(bySize[i]!),
          numRuns: seeds.length,
          unit: '%',
          goal: null,
        });
      });
      return { name: `${method} sketch`, points: dimensions.map((x, i) => pointOf(x, bySize[i]!)) };
    });
    benchmark.plot({
      name: 'sketch',
      title: 'Sketches against the exact kernel over their dimension',
      x: { label: 'features d', scale: 'log' },
      y: { label: 'relative Frobenius error, %', scale: 'linear' },
      series: bySketch,
    });
  },
  args.quick ? { resultsDir: trialDir } : {},
);

function reportComparisons(
  benchmark: Benchmark,
  comparisons: readonly (readonly KernelComparison[])[],
  names: readonly string[],
): void {
  comparisons.forEach((of, i) => {
    const row = (claim: string, unit: string, value: (of: KernelComparison) => number | null) => {
      const values = of.map(value).filter((v): v is number => v !== null);
      if (values.length > 0)
        benchmark.row({ claim, ...figures(estimate(values)), numRuns: values.length, unit, goal: null });
    };
    row(`${names[i]}: Frobenius error of sum`, '%', ({ errors }) => 100 * errors.sum);
    row('… of trace', '%', ({ errors }) => 100 * errors.trace);
    row('… largest eigenvalue, sum', '%', ({ report }) => 100 * report.pntk.largestEigenvalueError);
    row('… condition number, sum', '%', ({ report }) =>
      report.pntk.conditionNumberError === null ? null : 100 * report.pntk.conditionNumberError,
    );
    row('… kernel regressions: mean difference', '', ({ report }) => report.pntk.meanDifference);
    row('… accuracy of the eNTK’s', '%', ({ report }) => 100 * report.entk.accuracy);
    row('… accuracy of the pseudo-NTK’s', '%', ({ report }) => 100 * report.pntk.accuracy);
    reportCosts(benchmark, of, i === 0);
    // The spectra are long, and their figures are in the rows.
    const keep = (key: string, value: unknown) => (key === 'eigenvalues' ? undefined : value);
    benchmark.detail(names[i]!, JSON.parse(JSON.stringify(of, keep)));
  });
}

/** Medians of all timings of all seeds: single times of a busy machine are far off. */
function reportCosts(benchmark: Benchmark, of: readonly KernelComparison[], isFirst: boolean): void {
  const { entk, pntk, numItems: n } = of[0]!.report;
  const microseconds = (kernel: keyof KernelTimes) => {
    const all = of.flatMap(({ timesMs }) => timesMs[kernel]);
    return { measured: (1000 * median(all)) / (n * n), numRuns: all.length };
  };
  const row = (claim: string, unit: string, figure: { measured: number; numRuns?: number }) =>
    benchmark.row({ claim, ...figure, unit, goal: null });
  row('… time of a pair, eNTK, median', 'µs', microseconds('entk'));
  row('… time of a pair, pseudo-NTK, median', 'µs', microseconds('pntk'));
  row('… of the medians, eNTK beside pseudo-NTK', '×', {
    measured: microseconds('entk').measured / microseconds('pntk').measured,
  });
  // The same for all networks of as many classes.
  if (!isFirst) return;
  row(`… memory of the eNTK of ${n} items`, 'bytes', { measured: entk.bytes });
  row('… of the pseudo-NTK', 'bytes', { measured: pntk.bytes });
  row('… memory, eNTK beside pseudo-NTK', '×', { measured: entk.bytes / pntk.bytes });
}

function plotErrors(
  benchmark: Benchmark,
  comparisons: readonly (readonly KernelComparison[])[],
  xs: readonly number[],
  {
    name,
    title,
    label,
    scale,
  }: {
    readonly name: string;
    readonly title: string;
    readonly label: string;
    readonly scale: 'log' | 'linear';
  },
): void {
  benchmark.plot({
    name,
    title,
    x: { label, scale },
    y: { label: 'relative Frobenius error, %', scale: 'linear' },
    series: (['sum', 'trace'] as const).map((head) => ({
      name: head,
      points: xs.map((x, i) => pointOf(x, estimate(comparisons[i]!.map(({ errors }) => 100 * errors[head])))),
    })),
  });
}

function pointOf(x: number, { mean, plusMinus }: Estimate): PlotPoint {
  return {
    x,
    y: mean,
    ...(Number.isFinite(plusMinus) ? { low: mean - plusMinus, high: mean + plusMinus } : {}),
  };
}
