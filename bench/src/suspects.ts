// Which labels are wrong? Real labels of a crowd on AG News, every method judged by the true ones, which none sees.
// npm run bench -- suspects [--quick] [--seeds 0,1,2,3,4] [--items 4000] [--visits 15] [--features components|ngrams]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine, createRandom } from '@tangent/compute';
import { applyHashedNgrams, fitHashedNgrams } from '@tangent/models';
import { FilterPaths, infiniteDenseGram, suspicionScores } from '@tangent/ntk';
import { figures } from './curves/report-curves.js';
import { type Features, fitTexts } from './data/features.js';
import { type PlotPoint, runBenchmark } from './harness.js';
import { rounded } from './results/numbers.js';
import { estimate } from './statistics.js';
import { type CrowdLabels, loadCrowdLabels } from './suspects/crowd-labels.js';
import { averagePrecision, type Detection, detectionAt, precisionsAt } from './suspects/detection.js';
import { leaveOneOut } from './suspects/leave-one-out.js';
import { batchSize, trainClassifier } from './suspects/train-classifier.js';

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '0,1,2,3,4' },
    items: { type: 'string', default: '4000' },
    visits: { type: 'string', default: '15' },
    features: { type: 'string', default: 'components' },
  },
});
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const seeds = args.quick ? [0, 1] : args.seeds.split(',').map(Number);
const numItems = args.quick ? 400 : Number(args.items);
const [visits, featureName] = [Number(args.visits), args.features];
if (featureName !== 'components' && featureName !== 'ngrams')
  throw new Error(`--features ${featureName}: give components or ngrams`);

/** Weights α of the newest output that are tried beside the default of the paths. */
const otherWeights = [0.1, 0.2, 0.4];
/** Ridges that leave-one-out chooses from, relative to the mean kernel diagonal. */
const ridges = [0.1, 0.3, 1];

const methods = {
  filter: 'Filter-KD paths',
  loo: 'leave-one-out of the kernel, without SGD',
  loss: 'loss at the end of the training',
  meanLoss: 'mean loss along the training',
  random: 'random flags',
} as const;
type Method = keyof typeof methods;
/** In the diagram, where there is less room. */
const shortNames: Readonly<Record<Method, string>> = {
  filter: 'Filter-KD',
  loo: 'leave-one-out',
  loss: 'loss at the end',
  meanLoss: 'mean loss',
  random: 'random',
};

/** Shares of the wrong labels that are found. */
const recalls = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);

interface MethodResult extends Detection {
  readonly averagePrecision: number;
  /** When so many of the wrong labels are found as `recalls` says. */
  readonly precisions: readonly number[];
}

interface SeedResult {
  readonly shareWrong: number;
  readonly trainAccuracy: number;
  readonly ridgeRelative: number;
  readonly byMethod: Readonly<Record<Method, MethodResult>>;
  /** Area under precision and recall of the paths with each of `otherWeights`. */
  readonly areasByWeight: readonly number[];
  /** Of the kernel's own flags: where its leave-one-out prediction is another class than the label. */
  readonly looFlags: Detection;
}

await runBenchmark(
  'suspects',
  async (b) => {
    const crowd = loadCrowdLabels();
    if (!crowd)
      throw new Error(
        'no AG News: put its folder ag_news into ../shared/data beside the clone, or name the folder above it by ' +
          'TANGENT_BENCH_DATA',
      );
    b.seeds(seeds);
    b.detail('engine', await chooseEngine({ engine: process.env.TANGENT_ENGINE }));
    b.detail('settings', { numItems, visits, featureName, batchSize, ridges, recalls, otherWeights });
    const results = seeds.map((seed) => {
      const startedAt = performance.now();
      const result = runSeed(crowd, seed);
      const line = Object.entries(result.byMethod).map(
        ([name, { precision, averagePrecision: area }]) =>
          `${name} ${(100 * precision).toFixed(1)}/${(100 * area).toFixed(1)}`,
      );
      const seconds = (performance.now() - startedAt) / 1000;
      b.progress(
        `seed ${seed}: ${result.byMethod.filter.numFlagged} flags, precision/area ${line.join(', ')} (${seconds.toFixed(0)} s)`,
      );
      return result;
    });
    b.detail('results', results);

    const percent = (of: (result: SeedResult) => number) => estimate(results.map((r) => 100 * of(r)));
    const setting = `${numItems} items and ${visits} visits of each, ${featureName}, a seed`;
    b.row({
      claim: `labels of the crowd that are wrong (${setting})`,
      measured: percent((r) => r.shareWrong).mean,
      unit: '%',
      goal: null,
    });
    const report = (name: string, what: string, of: (result: SeedResult) => number) =>
      b.row({
        claim: `${name}: ${what}`,
        ...figures(percent(of)),
        numRuns: results.length,
        unit: '%',
        goal: null,
      });
    for (const [method, name] of Object.entries(methods) as [Method, string][]) {
      const at = method === 'filter' ? '' : ' at as many flags';
      report(name, `precision${at}`, (r) => r.byMethod[method].precision);
      report(name, `recall${at}`, (r) => r.byMethod[method].recall);
      report(name, 'area under precision and recall', (r) => r.byMethod[method].averagePrecision);
    }
    report(methods.loo, 'precision of its own flags', (r) => r.looFlags.precision);
    report(methods.loo, 'recall of its own flags', (r) => r.looFlags.recall);
    const area = (of: (result: SeedResult) => number) => `${rounded(percent(of).mean)}%`;
    const tried = `other weights of the newest output in the paths, by area under precision and recall: ${otherWeights.map((weight, w) => `${area((r) => r.areasByWeight[w]!)} with ${weight}`).join(', ')}, beside ${area((r) => r.byMethod.filter.averagePrecision)} with the default, and ${area((r) => r.byMethod.meanLoss.averagePrecision)} of the mean loss; and leave-one-out of the kernel, which the service offers beside the paths: ${area((r) => r.byMethod.loo.averagePrecision)}.`;
    const gain = (of: 'precision' | 'averagePrecision', other: Method, what: string) => {
      const { mean, plusMinus } = percent((r) => r.byMethod.filter[of] - r.byMethod[other][of]);
      const name = `Filter-KD over ${methods[other]}: ${what}`;
      const isSure = Number.isFinite(plusMinus);
      b.row({
        claim: name,
        ...figures({ mean, plusMinus }),
        numRuns: results.length,
        unit: 'points',
        goal: null,
      });
      b.row({
        claim: isSure ? `${name}, lower end of the 95% interval` : `${name}, of one seed`,
        measured: isSure ? mean - plusMinus : mean,
        numRuns: results.length,
        unit: 'points',
        goal: { atLeast: 0 },
        tried,
      });
    };
    for (const other of ['loss', 'meanLoss', 'random'] as const) {
      gain('precision', other, 'precision at as many flags');
      gain('averagePrecision', other, 'area under precision and recall');
    }
    b.plot({
      name: 'detection',
      title: 'Wrong labels of a crowd: precision over recall',
      x: { label: 'wrong labels that are found, %', scale: 'linear' },
      y: { label: 'flags that are right, %', scale: 'linear' },
      series: (Object.keys(methods) as Method[]).map((method) => ({
        name: shortNames[method],
        points: recalls.map((recall, i): PlotPoint => {
          const { mean, plusMinus } = percent((r) => r.byMethod[method].precisions[i]!);
          const interval = Number.isFinite(plusMinus)
            ? { low: mean - plusMinus, high: mean + plusMinus }
            : {};
          return { x: 100 * recall, y: mean, ...interval };
        }),
      })),
    });
  },
  args.quick ? { resultsDir: trialDir } : {},
);

/** Every text with buckets of its own. */
function hashed(texts: readonly string[]): Features {
  const fitted = fitHashedNgrams(texts);
  return { x: applyHashedNgrams(texts, fitted), numInputs: fitted.dimension };
}

/** One random part of the labeled texts: train on the crowd's labels, rank them by every method. */
function runSeed(crowd: CrowdLabels, seed: number): SeedResult {
  const random = createRandom(seed).fork('suspects');
  const items = random.fork('items').sample(crowd.texts.length, numItems);
  const texts = Array.from(items, (i) => crowd.texts[i]!);
  const classes = Int32Array.from(items, (i) => crowd.noisyClasses[i]!);
  const isWrong = Array.from(items, (i) => crowd.noisyClasses[i] !== crowd.trueClasses[i]);
  const [n, k] = [items.length, crowd.classNames.length];
  const { x, numInputs } = featureName === 'ngrams' ? hashed(texts) : fitTexts(texts)(texts);

  const paths = new FilterPaths({ numItems: n, numClasses: k });
  const others = otherWeights.map(
    (newestWeight) => new FilterPaths({ numItems: n, numClasses: k, newestWeight }),
  );
  const losses = new Float64Array(n);
  const outputs = trainClassifier({
    x,
    numInputs,
    classes,
    numClasses: k,
    steps: Math.ceil((visits * n) / batchSize),
    seed,
    onVisit(rows, visited) {
      for (const some of [paths, ...others]) some.visit(rows, visited);
      rows.forEach((i, r) => {
        losses[i]! += crossEntropy(visited, r, classes[i]!, k);
      });
    },
  });
  const loo = leaveOneOut(
    infiniteDenseGram(x, numInputs, { numHidden: 1, isBalanced: true }),
    classes,
    k,
    ridges,
  );
  const looScores = suspicionScores(loo.means, classes, k);
  const scores: Readonly<Record<Method, Float64Array>> = {
    filter: paths.suspicionScores(classes),
    loo: looScores,
    loss: Float64Array.from({ length: n }, (_, i) => crossEntropy(outputs, i, classes[i]!, k)),
    meanLoss: losses.map((sum, i) => sum / Math.max(1, paths.numVisitsOf(i))),
    random: Float64Array.from({ length: n }, () => random.uniform()),
  };
  const numFlagged = scores.filter.filter((score) => score > 0).length;
  const resultOf = (method: Method): MethodResult => ({
    ...detectionAt(scores[method], isWrong, numFlagged),
    averagePrecision: averagePrecision(scores[method], isWrong),
    precisions: precisionsAt(scores[method], isWrong, recalls),
  });
  return {
    shareWrong: isWrong.filter(Boolean).length / n,
    trainAccuracy: suspicionScores(outputs, classes, k).filter((score) => score <= 0).length / n,
    ridgeRelative: loo.ridgeRelative,
    byMethod: {
      filter: resultOf('filter'),
      loo: resultOf('loo'),
      loss: resultOf('loss'),
      meanLoss: resultOf('meanLoss'),
      random: resultOf('random'),
    },
    areasByWeight: others.map((some) => averagePrecision(some.suspicionScores(classes), isWrong)),
    looFlags: detectionAt(looScores, isWrong, looScores.filter((score) => score > 0).length),
  };
}

/** −ln softmax(f)_y of a row. */
function crossEntropy(outputs: Float32Array, row: number, label: number, numClasses: number): number {
  const f = outputs.subarray(row * numClasses, (row + 1) * numClasses);
  const largest = Math.max(...f);
  return Math.log(f.reduce((sum, v) => sum + Math.exp(v - largest), 0)) + largest - f[label]!;
}
