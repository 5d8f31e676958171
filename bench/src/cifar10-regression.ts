// Kernel regression on all 50,000 images of CIFAR-10 in the memory of a laptop.
// npm run bench -- cifar10-regression [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine } from '@tangent/compute';
import {
  buildNetwork,
  countCorrect,
  defaultTraining,
  predictNetwork,
  type SmallCnnConfig,
  trainNetwork,
} from '@tangent/models';
import type { Network } from '@tangent/networks';
import { blocksOf, regress } from './cifar10-regression/regress.js';
import { type Features, fitFeatures, takeInputs } from './data/features.js';
import type { Inputs, Split } from './data/load-set.js';
import { openSet } from './data/open-set.js';
import { type PlotPoint, runBenchmark } from './harness.js';
import { estimateShare } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const seed = 0;
const shards = args.quick ? 1 : 5;
/** Trained briefly on a subset: a kernel at initialisation knows nothing of images. */
const training = { numImages: args.quick ? 500 : 10_000, steps: args.quick ? 5 : 800 };
const plans: readonly { readonly config: SmallCnnConfig; readonly dimensions: readonly number[] }[] =
  args.quick
    ? [{ config: { kind: 'cnn', channels: [8, 16], hidden: 32 }, dimensions: [64] }]
    : [
        { config: { kind: 'cnn', channels: [16, 32], hidden: 64 }, dimensions: [256, 1024, 4096] },
        { config: { kind: 'cnn', channels: [32, 64], hidden: 128 }, dimensions: [256, 1024, 4096] },
      ];
const GiB = 2 ** 30;

await runBenchmark(
  'cifar10-regression',
  async (benchmark) => {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    const data = openSet('cifar10', shards);
    benchmark.seeds([seed]);
    const n = data.train.classes.length;
    const k = data.classNames.length;
    const numTest = data.test.classes.length;
    const percentOf = (numCorrect: number) => {
      const { mean, plusMinus } = estimateShare(numCorrect, numTest);
      return { measured: 100 * mean, plusMinus: 100 * plusMinus };
    };
    benchmark.note(
      `Of one seed; the intervals of the accuracies are Wilson’s 95% over the ${numTest} test images, half their width.`,
    );
    const sample = takeInputs(data.train.inputs, blocksOf(data.train, training.numImages)[0]!);
    const featurise = fitFeatures(sample);
    benchmark.note(
      `Networks are trained from scratch for ${training.steps} steps of 128 on the first ${training.numImages} images, without augmentation, and then stay as they are; the kernel regression learns from all ${n}. Small networks, for two cores: this is a claim about memory and time, not about the best accuracy on CIFAR-10.`,
    );
    benchmark.row({
      claim: `a pseudo-NTK matrix of ${n} images, float64, would take`,
      measured: (n * n * 8) / GiB,
      unit: 'GiB',
      goal: null,
    });
    benchmark.row({ claim: '… and the eNTK', measured: (n * k * n * k * 8) / GiB, unit: 'GiB', goal: null });

    const lines: { name: string; points: PlotPoint[] }[] = [];
    for (const { config, dimensions } of plans) {
      const name = `CNN ${[...config.channels, config.hidden].join('-')}`;
      const startedAt = performance.now();
      const network = train(config, sample, data.train, featurise, k);
      benchmark.progress(`${name} trained in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
      benchmark.row({
        claim: `${name}: accuracy of the network itself`,
        ...percentOf(numCorrectOf(network, data.test, featurise, k)),
        unit: '%',
        goal: null,
      });
      const points: PlotPoint[] = [];
      for (const dimension of dimensions) {
        const { numCorrect, seconds, ridgeRelative } = regress(network, data.train, data.test, {
          dimension,
          seed,
          featurise,
          numClasses: k,
          blockSize: 2000,
        });
        const percent = percentOf(numCorrect);
        const { measured, plusMinus } = percent;
        benchmark.progress(`${name} d = ${dimension}: ${measured.toFixed(1)}% in ${seconds.toFixed(0)} s`);
        benchmark.detail(`${name}, d = ${dimension}`, { numCorrect, numTest, ridgeRelative, seconds });
        points.push({ x: dimension, y: measured, low: measured - plusMinus, high: measured + plusMinus });
        benchmark.row({
          claim: `${name}, d = ${dimension}: accuracy of the kernel regression (ridge ${ridgeRelative} by GCV)`,
          ...percent,
          unit: '%',
          goal: null,
        });
        benchmark.row({ claim: '… features, solution and test', measured: seconds, unit: 's', goal: null });
      }
      lines.push({ name, points });
    }
    benchmark.row({
      claim: 'peak memory of the process (resident)',
      measured: (process.resourceUsage().maxRSS * 1024) / GiB,
      unit: 'GiB',
      goal: { atMost: 4 },
    });
    benchmark.plot({
      name: 'accuracy',
      title: `Kernel regression on ${n} images of CIFAR-10`,
      x: { label: 'features d', scale: 'log' },
      y: { label: 'test accuracy, %', scale: 'linear' },
      series: lines,
    });
  },
  args.quick ? { resultsDir: trialDir } : {},
);

function train(
  config: SmallCnnConfig,
  sample: Inputs,
  { classes }: Split,
  featurise: (inputs: Inputs) => Features,
  numClasses: number,
): Network {
  const { x } = featurise(sample);
  const data = { x, classes: classes.slice(0, training.numImages) };
  const fresh = buildNetwork(config, [32, 32, 3], numClasses, seed);
  return trainNetwork(
    fresh,
    data,
    { ...defaultTraining, loss: 'cross-entropy', steps: training.steps, batchSize: 128 },
    seed,
  ).network;
}

function numCorrectOf(
  network: Network,
  test: Split,
  featurise: (inputs: Inputs) => Features,
  numClasses: number,
): number {
  let correct = 0;
  for (const rows of blocksOf(test, 2000)) {
    const { x } = featurise(takeInputs(test.inputs, rows));
    const classes = Int32Array.from(rows, (i) => test.classes[i]!);
    correct += countCorrect(predictNetwork(network, x, rows.length), classes, numClasses);
  }
  return correct;
}
